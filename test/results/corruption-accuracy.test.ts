import { expect, test } from 'vitest';
import {
  corruptionResultSchema,
  meanCorruptionAccuracy,
} from '../../src/results/corruption-accuracy.js';
import { corruptionsOf } from './corruptions.js';

test('the mean leaves held-out corruptions out where there are others', () => {
  const { kinds } = corruptionsOf(0.5);
  expect(meanCorruptionAccuracy(kinds)).toBeCloseTo(0.5, 12);
  expect(meanCorruptionAccuracy(kinds.slice(2))).toBe(0.5);
});

test('a result has an accuracy for each severity', () => {
  const result = corruptionsOf(0.5);
  expect(corruptionResultSchema.safeParse(result).success).toBe(true);
  const short = { ...result, severities: [1, 3, 5] };
  expect(corruptionResultSchema.safeParse(short).error?.issues[0]?.message).toBe(
    'must have an accuracy for each severity',
  );
});
