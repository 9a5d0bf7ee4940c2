import { expect, test } from 'vitest';
import { isLackOfMemory, toLimitError } from '../../src/storage/machine-limits.js';
import { UserError } from '../../src/user-error.js';

const systemError = (code: string) =>
  Object.assign(new Error(`${code}: it failed, open 'x'`), { code });

test('Too many open files are told with the limit, as storage', () => {
  const error = toLimitError(systemError('EMFILE'));
  expect(error?.message).toMatch(/^Too many files are open \(EMFILE\): "ulimit -n" allows \d+\.$/);
  expect(error).toMatchObject({ hint: 'Raise the limit with "ulimit -n 256".', exitCode: 5 });
});

test('Too little memory is told as the machine’s', () => {
  const error = toLimitError(new RangeError('Array buffer allocation failed'));
  expect(error).toMatchObject({
    message: 'There is too little memory: Array buffer allocation failed.',
    exitCode: 6,
  });
  expect(toLimitError(systemError('ENOMEM'))?.exitCode).toBe(6);
});

test('Other errors, and those that are told already, are no limits', () => {
  expect(toLimitError(new Error('x is not a function'))).toBeUndefined();
  expect(toLimitError(new UserError('Out of memory'))).toBeUndefined();
  expect(toLimitError('Out of memory')).toBeUndefined();
});

test.each([
  'OOM when allocating tensor with shape[1000000,1000000]',
  'Invalid TF_Status: 8\nMessage: x',
  'RESOURCE_EXHAUSTED: failed to allocate memory',
  'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
  '# Fatal process OOM in Failed to reserve virtual memory for CodeRange',
  "terminate called after throwing an instance of 'std::bad_alloc'",
  'WebAssembly.instantiate(): Out of memory: Cannot allocate Wasm memory for new instance',
])('"%s" is a lack of memory', (text) => {
  expect(isLackOfMemory(text)).toBe(true);
});
