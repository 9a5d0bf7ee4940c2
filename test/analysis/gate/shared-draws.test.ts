import { expect, test } from 'vitest';
import { noteOnSharedDraws } from '../../../src/analysis/gate/shared-draws.js';
import type { DoneTrial } from '../../../src/results/result.js';

function trial(seed: number, drawsSha256?: string): DoneTrial {
  return { seed, ...(drawsSha256 && { drawsSha256 }) } as DoneTrial;
}

test('two seeds with the same draws are noted, the same seed on both sides is not', () => {
  expect(noteOnSharedDraws([trial(0, 'a'), trial(1, 'b'), trial(0, 'a')])).toEqual([]);
  expect(noteOnSharedDraws([trial(0), trial(1), trial(2, 'a')])).toEqual([]);
  expect(noteOnSharedDraws([trial(0, 'a'), trial(1, 'a'), trial(2, 'b'), trial(3, 'a')])).toEqual([
    'Seeds 0, 1 and 3 drew the same augmentation in their first epoch: they are no independent trials.',
  ]);
});
