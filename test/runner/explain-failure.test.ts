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
  ]) {
    const { reason, hint } = explainFailure(new Error(text), 5000);
    expect(reason).toBe(`Out of memory with batches of 5000 images: ${text.split('\n')[0]}`);
    expect(hint).toBe('Use a smaller training.batchSize or fewer --jobs.');
  }
  expect(explainFailure(new Error('Invalid TF_Status: 80\nmore'), 64)).toEqual({
    reason: 'Invalid TF_Status: 80',
  });
});
