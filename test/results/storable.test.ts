import { expect, test } from 'vitest';
import { parseTrialResult } from '../../src/results/parse-results.js';
import type { TrialResult } from '../../src/results/result.js';
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
