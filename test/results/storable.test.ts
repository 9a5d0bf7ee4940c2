import { expect, test } from 'vitest';
import { parseTrialResult } from '../../src/results/parse-results.js';
import type { FailedTrial, TrialResult } from '../../src/results/result.js';
import { asStorable } from '../../src/results/storable.js';
import { storedTrial } from './stored-trial.js';

test('A result is the same text before it is stored and when it was read back', () => {
  const keys = Object.entries(storedTrial('done')).reverse();
  const shuffled = Object.fromEntries(keys) as unknown as TrialResult;
  const stored = asStorable(shuffled);
  const { value } = parseTrialResult(JSON.stringify(stored));
  expect(JSON.stringify(value)).toBe(JSON.stringify(stored));
  expect(stored).toEqual(shuffled);
});

test('A trial whose loss is no number fails, with all that is known of it', () => {
  const { test: judged, ...rest } = storedTrial('done');
  const settingKey = 'f'.repeat(64);
  const result = { ...rest, settingKey, test: { ...judged, loss: Number.NaN } };
  const stored = asStorable(result);
  const { status: _, reason: __, hint: ___, ...known } = stored as FailedTrial;
  const { id, key, experiment, changes, summary, writtenEpochs, seed } = result;
  const { environment, provenance, dataSha256, startedAt, durationSeconds, resumeCount } = result;
  expect(known).toEqual({
    ...{ id, key, settingKey, experiment, changes, summary, writtenEpochs, seed },
    ...{ environment, provenance, dataSha256, startedAt, durationSeconds, resumeCount },
    history: result.history,
  });
  expect(stored).toMatchObject({
    status: 'failed',
    reason: 'The result is not a finite number: test.loss must be a number.',
  });
});
