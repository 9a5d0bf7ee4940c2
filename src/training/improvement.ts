import { z } from 'zod';

/** What callbacks may watch. */
export const monitorSchema = z.enum([
  'validationAccuracy',
  'validationLoss',
  'trainAccuracy',
  'trainLoss',
]);

export type Monitor = z.output<typeof monitorSchema>;

/**
 * Tells whether a monitored value beats a reference by more than `minDelta`. Anything beats a missing reference,
 * also NaN; nothing beats NaN.
 * Source: Keras' MonitorCallback; it compares in float32, so differences below 6e-8 are ties.
 */
export function isImprovement(
  value: number,
  options: {
    readonly than: number | undefined;
    readonly monitor: Monitor;
    readonly minDelta: number;
  },
): boolean {
  const { than, monitor, minDelta } = options;
  if (than === undefined) return true;
  const reference = Math.fround(than);
  return monitor.endsWith('Accuracy')
    ? Math.fround(value - minDelta) > reference
    : Math.fround(value + minDelta) < reference;
}
