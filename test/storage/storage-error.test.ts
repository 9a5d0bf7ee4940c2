import { expect, test } from 'vitest';
import { asStorageError, toStorageError } from '../../src/storage/storage-error.js';
import { exitCodes } from '../../src/user-error.js';

function systemError(code: string, path?: string): Error {
  return Object.assign(new Error(code), { code, ...(path && { path }) });
}

test.each([
  ['ENOSPC', 'the disk is full'],
  ['EDQUOT', 'your disk quota is used up'],
  ['EACCES', 'permission denied'],
  ['EROFS', 'the disk is read-only'],
])('says what %s means', (code, reason) => {
  expect(toStorageError(systemError(code), '/there')).toMatchObject({
    message: `"/there" cannot be written: ${reason} (${code}).`,
    exitCode: exitCodes.storage,
  });
});

test("prefers the system's path", () => {
  expect(toStorageError(systemError('EACCES', '/exact'), '/there')?.message).toContain('"/exact"');
});

test('leaves other errors as they are', () => {
  const bug = new TypeError('x is not a function');
  expect(toStorageError(bug, '/there')).toBeUndefined();
  expect(asStorageError(bug, '/there')).toBe(bug);
});
