import type { CorruptionResult } from '../../src/results/corruption-accuracy.js';

/** A result on corrupted images whose mean is that accuracy: fog a tenth above, snow a tenth below. */
export function corruptionsOf(
  accuracy: number,
  changes: Partial<CorruptionResult> = {},
): CorruptionResult {
  return {
    set: 'cifar10-c-prep-lab-1',
    seed: 0,
    imageCount: 1000,
    severities: [1, 5],
    accuracy,
    kinds: [
      { name: 'snow', isHeldOut: false, accuracies: [accuracy, accuracy - 0.2] },
      { name: 'fog', isHeldOut: false, accuracies: [accuracy + 0.1, accuracy + 0.1] },
      { name: 'spatter', isHeldOut: true, accuracies: [accuracy, accuracy] },
    ],
    ...changes,
  };
}
