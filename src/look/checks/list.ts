import { batchStatistics } from './batch-statistics.js';
import type { Advice, Check, CheckContext } from './check.js';
import { fillValue } from './fill-value.js';
import { flippedTwice } from './flipped-twice.js';
import { hardlyMixed } from './hardly-mixed.js';
import { labelMeaning } from './label-meaning.js';
import { lateTimes } from './late-times.js';
import { mixedMonitor } from './mixed-monitor.js';
import { movedFill } from './moved-fill.js';
import { noEffect } from './no-effect.js';
import { normaliseFirst } from './normalise-first.js';
import { notFinite } from './not-finite.js';
import { rungSchedule } from './rung-schedule.js';
import { saturation } from './saturation.js';
import { testSelection } from './test-selection.js';
import { trainedCorruption } from './trained-corruption.js';
import { traps } from './traps.js';
import { twoReflects } from './two-reflects.js';
import { unscaledInput } from './unscaled-input.js';
import { valueRange } from './value-range.js';
import { zeroRate } from './zero-rate.js';

/** All checks, causes first. A new one is one file and one entry here. */
export const checks: readonly Check[] = [
  normaliseFirst,
  valueRange,
  notFinite,
  saturation,
  fillValue,
  flippedTwice,
  batchStatistics,
  testSelection,
  lateTimes,
  zeroRate,
  rungSchedule,
  mixedMonitor,
  trainedCorruption,
  noEffect,
  labelMeaning,
  hardlyMixed,
  movedFill,
  twoReflects,
  traps,
  unscaledInput,
];

/** Returns what the checks have to say about an experiment, warnings first. */
export function examine(context: CheckContext): Advice[] {
  const advice = checks.flatMap(({ name, severity, examine }) =>
    examine(context).map((said): Advice => ({ check: name, severity, ...said })),
  );
  const isWarning = ({ severity }: Advice) => severity === 'warning';
  return [...advice.filter(isWarning), ...advice.filter((one) => !isWarning(one))];
}
