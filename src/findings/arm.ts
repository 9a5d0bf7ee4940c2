import { nameArm } from '../comparison/arm.js';
import type { Diagnostics } from '../runner/diagnostics.js';
import type { DoneTrial, Results } from '../runner/result.js';

/** The finished trials of one experiment that differ in their seed only. At least one. */
export interface Arm {
  readonly name: string;
  readonly trials: readonly [DoneTrial, ...DoneTrial[]];
}

/** Returns the arms that have finished trials, in the order of the results. */
export function groupArms({ trials }: Results): Arm[] {
  const groups = new Map<string, [DoneTrial, ...DoneTrial[]]>();
  for (const trial of trials) {
    if (trial.status !== 'done') continue;
    const name = nameArm(trial);
    const group = groups.get(name);
    if (group) group.push(trial);
    else groups.set(name, [trial]);
  }
  return [...groups].map(([name, group]) => ({ name, trials: group }));
}

/** Returns the mean over an arm's trials of a number; undefined where a trial lacks it. */
export function meanOver(
  { trials }: Arm,
  select: (trial: DoneTrial) => number | undefined,
): number | undefined {
  const values = trials.map(select).filter((value) => value !== undefined);
  if (values.length < trials.length) return undefined;
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Does the same with a number of the trials' diagnostics. */
export function meanDiagnostic(
  arm: Arm,
  select: (diagnostics: Diagnostics) => number | undefined,
): number | undefined {
  return meanOver(arm, ({ diagnostics }) => diagnostics && select(diagnostics));
}

/** Returns the middle of some numbers; undefined for none. */
export function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  return upper === undefined || lower === undefined ? undefined : (upper + lower) / 2;
}
