import { expect, test } from 'vitest';
import { explainFailure, isTrialFailure } from '../../src/runner/explain-failure.js';
import { exitCodes, UserError } from '../../src/user-error.js';

test('A full disk or a broken engine is not the fault of a trial', () => {
  for (const name of ['resultsInUse', 'storage', 'engine', 'cannotResume', 'data'] as const) {
    expect(isTrialFailure(new UserError('x', { exitCode: exitCodes[name] }))).toBe(false);
  }
  expect(isTrialFailure(new UserError('x', { exitCode: exitCodes.trialFailed }))).toBe(true);
  expect(isTrialFailure(new Error('x'))).toBe(true);
});

test('Running out of memory names the batch size, however TensorFlow spells it', () => {
  for (const text of [
    'OOM when allocating tensor with shape[5000,64,32,32] and type float\n\t [[node]]',
    'RESOURCE_EXHAUSTED: failed to allocate memory',
    'Invalid TF_Status: 8',
    'Array buffer allocation failed',
  ]) {
    const { reason, hint } = explainFailure(new Error(text), 5000);
    expect(reason).toBe(`Out of memory with batches of 5000 images: ${text.split('\n')[0]}`);
    expect(hint).toBe('Use a smaller training.batchSize or fewer --jobs.');
  }
  expect(explainFailure(new Error('Invalid TF_Status: 80\nmore'), 64)).toEqual({
    reason: 'Invalid TF_Status: 80',
  });
});

test('What TensorFlow says is told, not the number of its status', () => {
  const text = 'Invalid TF_Status: 3\nMessage: In[0] ndims must be >= 2: 1\n\t [[node]]';
  expect(explainFailure(new Error(text), 64)).toEqual({ reason: 'In[0] ndims must be >= 2: 1' });
  const full = 'Invalid TF_Status: 8\nMessage: failed to allocate 4 GB';
  expect(explainFailure(new Error(full), 64).reason).toBe(
    'Out of memory with batches of 64 images: failed to allocate 4 GB',
  );
});

test('Of errors that happened side by side the first is told', () => {
  const text =
    'Session fail to run with error: 2 root error(s) found.\n  (0) INVALID_ARGUMENT: a\n\t [[{{node x}}]]\n  (1) INVALID_ARGUMENT: b';
  expect(explainFailure(new Error(text), 64)).toEqual({ reason: 'INVALID_ARGUMENT: a' });
});

// As an H100 said the first two, the others as TensorFlow's sources have them.
test.each([
  'UNIMPLEMENTED: The GPU implementation of SoftmaxCrossEntropyWithLogits that would have been executed is not deterministic. Note that the Python API uses an alternative.',
  'Determinism is not yet supported in GPU implementation of DenseBincount.',
  'UNIMPLEMENTED: A deterministic GPU implementation of DepthwiseConvBackpropFilter is not currently available.',
  'Deterministic GPU implementation of unsorted segment reduction op not available.',
])('An op that does not repeat on a GPU is told with the way out: %s', (reason) => {
  const hint =
    'Set TF_DETERMINISTIC_OPS=0 to take the kernels that a GPU has (docs/repeatability.md).';
  for (const text of [reason, `Session fail to run with error: ${reason}\n\t [[{{node x}}]]`]) {
    expect(explainFailure(new Error(text), 64)).toEqual({ reason, hint });
  }
});
