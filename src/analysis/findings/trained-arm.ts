import { isDeepStrictEqual } from 'node:util';
import type { Diagnostics } from '../../results/diagnostics.js';
import type { DoneTrial, Results } from '../../results/result.js';
import { computeMean } from '../../statistics/mean.js';
import { toPlainText } from '../../text/plain-text.js';
import { listShownArms } from '../comparison/arm.js';
import { findControl } from '../comparison/control.js';

/** The finished trials of an arm, at least one. */
export interface TrainedArm {
  /** Safe to print; no two arms have the same. */
  readonly name: string;
  readonly trials: readonly [DoneTrial, ...DoneTrial[]];
}

/** Returns the arms that have finished trials, in the order of the results. */
export function selectTrainedArms({ trials }: Results): TrainedArm[] {
  return listShownArms(trials).flatMap(({ name, done: [first, ...others] }) =>
    first ? [{ name, trials: [first, ...others] as const }] : [],
  );
}

/** Returns the name, as {@link selectTrainedArms} gives it, of the arm that the others are compared with. */
export function selectControl(
  { trials }: Pick<Results, 'trials'>,
  asked?: string | undefined,
): string | undefined {
  const name = findControl(trials, asked);
  return name === undefined ? undefined : toPlainText(name);
}

/** Returns the mean over an arm's trials of a number; undefined where a trial lacks it. */
export function meanOver(
  { trials }: TrainedArm,
  select: (trial: DoneTrial) => number | undefined,
): number | undefined {
  const values = trials.map(select).filter((value) => value !== undefined);
  if (values.length < trials.length) return undefined;
  return computeMean(values);
}

/** Does the same with a number of the trials' diagnostics. */
export function meanDiagnostic(
  arm: TrainedArm,
  select: (diagnostics: Diagnostics) => number | undefined,
): number | undefined {
  return meanOver(arm, ({ diagnostics }) => diagnostics && select(diagnostics));
}

/** Returns what computes the same once for each arm: many others look at an arm. */
export function onceForEachArm<Value>(
  compute: (arm: TrainedArm) => Value,
): (arm: TrainedArm) => Value {
  const computed = new WeakMap<TrainedArm, Value>();
  return (arm) => {
    if (computed.has(arm)) return computed.get(arm) as Value;
    const value = compute(arm);
    computed.set(arm, value);
    return value;
  };
}

/** Tells whether two arms train the same model, so that numbers of its weights can be compared. */
export function hasSameModel(a: TrainedArm, b: TrainedArm): boolean {
  return isDeepStrictEqual(a.trials[0].experiment.model, b.trials[0].experiment.model);
}
