import type { ArmComparison } from '../../analysis/comparison/compare-arms.js';
import type { CorruptionComparison } from '../../analysis/comparison/compare-corruptions.js';
import type {
  ArmVerdict,
  GateComparison,
  GateRules,
  ThresholdCheck,
} from '../../analysis/gate/gate-result.js';
import { toPlainText } from '../../text/plain-text.js';
import {
  missing,
  renderAccuracies,
  renderCount,
  renderCountOf,
  renderPercent,
  renderPoints,
} from '../../text/quantities.js';

/** The columns of a comparison, in order. */
export const gateColumns = [
  'experiment',
  'base',
  'head',
  'difference',
  'interval',
  'n',
  'verdict',
] as const;

export type GateCells = Readonly<Record<(typeof gateColumns)[number], string>>;

/** Returns an experiment's cells as text that is safe on one line. */
export function renderGateCells({
  arm,
  base,
  head,
  comparison,
  verdict,
  passes,
}: ArmVerdict): GateCells {
  return {
    experiment: toPlainText(arm),
    base: base ? renderAccuracies(base.accuracies) : missing,
    head: head ? renderAccuracies(head.accuracies) : missing,
    difference: comparison ? renderPoints(comparison.difference) : missing,
    interval: comparison ? renderInterval(comparison) : missing,
    n: comparison ? renderSeeds(comparison) : missing,
    verdict: passes ? verdict : `${verdict}, fails`,
  };
}

function renderInterval({ interval, method }: ArmComparison): string {
  if (method === 'identical') return 'identical';
  return interval ? `${renderPoints(interval.lower)} to ${renderPoints(interval.upper)}` : missing;
}

/** A test of images is one of two networks. */
function renderSeeds({ count, unit }: ArmComparison): string {
  return unit === 'images' || count === 1 ? '1 seed' : renderCountOf(count, 'seed');
}

/** Returns what stands below an experiment: why it fails or cannot be compared, and its thresholds. */
export function renderRemarks({ obstacles, thresholds, corruptions }: ArmVerdict): string[] {
  return [
    ...obstacles.map(({ reason, allow }) => (allow ? `${reason} (--allow ${allow})` : reason)),
    ...thresholds.map(renderThreshold),
    ...(corruptions ? [renderCorruptions(corruptions)] : []),
  ].map(toPlainText);
}

/** Renders a difference on corrupted images: "on corrupted images: 51.20 % to 53.40 %, +2.20 points (+1.10 to +3.30), 3 seeds". */
function renderCorruptions(compared: CorruptionComparison): string {
  const { before, after, difference, interval, count } = compared;
  const range = interval
    ? ` (${renderPoints(interval.lower)} to ${renderPoints(interval.upper)})`
    : '';
  const seeds = renderCountOf(count, 'seed');
  return `On corrupted images: ${renderPercent(before)} to ${renderPercent(after)}, ${renderPoints(difference)} points${range}, ${seeds}.`;
}

/** Returns what to know of the numbers, each note once: "4 seeds may miss ... (raw, minmax)". */
export function renderNotes({ arms }: GateComparison): string[] {
  const compared = arms.filter(({ comparison }) => comparison).length;
  const noted = new Map<string, string[]>();
  for (const { arm, notes } of arms) {
    for (const note of notes) noted.set(note, [...(noted.get(note) ?? []), arm]);
  }
  return [...noted].map(([note, names]) =>
    names.length === compared ? note : `${note} (${renderArmNames(names)})`,
  );
}

/** Returns a column's header; that of the interval says which. */
export function renderGateHeader(name: (typeof gateColumns)[number], { alpha }: GateRules): string {
  return name === 'interval' ? `${Number((100 * (1 - alpha)).toPrecision(4))} % interval` : name;
}

/** Renders a rule beside what came of it: "testAccuracy >= 0.7: 0.689, fails". */
export function renderThreshold({
  metric,
  rule,
  passes,
  value,
  bound,
  reason,
}: ThresholdCheck): string {
  const outcome = passes ? 'passes' : 'fails';
  const isRelative = bound !== undefined && rule.includes('baseline');
  const measured = value === undefined ? '' : ` ${Number(value.toPrecision(4))}`;
  const limit = isRelative ? ` (${Number(bound.toPrecision(4))})` : '';
  const why = reason === undefined ? '' : ` ${reason}`;
  return `${metric} ${rule}${limit}:${measured}${measured === '' ? '' : ','} ${outcome}.${why}`;
}

/** Renders the first names of several: "a, b, c and 4 more". */
export function renderArmNames(names: readonly string[]): string {
  const shown = names.slice(0, 3).map(toPlainText).join(', ');
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}

/** Renders the outcome in one sentence: "Fails: 1 of 7 experiments." */
export function renderOutcome({ passes, arms, obstacles }: GateComparison): string {
  const failing = arms.filter((arm) => !arm.passes).length;
  const count = renderCountOf(arms.length, 'experiment');
  if (passes) return `Passes: ${count}.`;
  const reasons = obstacles.map(({ reason }) => ` ${reason}`).join('');
  return failing === 0
    ? `Fails.${reasons}`
    : `Fails: ${renderCount(failing)} of ${count}.${reasons}`;
}

/** Renders what decides: "Worse: at least 1.00 points lower and p < 0.05 ..." */
export function renderRules({ threshold, alpha, correction, allow, isStrict }: GateRules): string {
  const after =
    correction === 'holm'
      ? "after Holm's correction for the number of experiments that differ"
      : 'in each experiment';
  const parts = [
    `Better or worse: by ${(100 * threshold).toFixed(2)} points or more, and p < ${alpha} ${after}`,
    ...(allow.length > 0 ? [`allowed: ${allow.join(', ')}`] : []),
    ...(isStrict ? ['strict'] : []),
  ];
  return `${parts.join('; ')}.`;
}
