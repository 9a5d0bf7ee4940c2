import { renderChanges } from '../../experiment/sweep/key-path.js';
import type { DoneTrial, FailedTrial, TrialResult } from '../../results/result.js';
import { computeMean } from '../../statistics/mean.js';
import { toPlainText } from '../../text/plain-text.js';

/** The trials of one experiment, as a sweep changed it, that differ in their seed only. */
export interface Arm {
  /** As in the files: "minmax", or "minmax training.batchSize=128" where a sweep changed something. */
  readonly name: string;
  readonly done: readonly DoneTrial[];
  readonly failed: readonly FailedTrial[];
}

/** Returns the arms in the order in which their first trials stand. */
export function groupArms(trials: readonly TrialResult[]): Arm[] {
  const arms = new Map<string, { name: string; done: DoneTrial[]; failed: FailedTrial[] }>();
  for (const trial of trials) {
    const identity = identifyArm(trial);
    const arm = arms.get(identity) ?? { name: nameArm(trial), done: [], failed: [] };
    arms.set(identity, arm);
    if (trial.status === 'done') arm.done.push(trial);
    else arm.failed.push(trial);
  }
  return [...arms.values()];
}

/**
 * Returns the arms as they are shown: by names that are safe to print and that no two share, "minmax" and "minmax (2)", and
 * each seed once, by its last trial: repeated numbers are no spread.
 */
export function listShownArms(trials: readonly TrialResult[]): Arm[] {
  const counts = new Map<string, number>();
  return groupArms(trials).map(({ name, done, failed }) => {
    const plain = toPlainText(name);
    const count = (counts.get(plain) ?? 0) + 1;
    counts.set(plain, count);
    return {
      name: count > 1 ? `${plain} (${count})` : plain,
      done: [...new Map(done.map((trial) => [trial.seed, trial])).values()],
      failed,
    };
  });
}

/** Returns the mean test accuracy of trials, at least one. */
export function meanAccuracy(trials: readonly DoneTrial[]): number {
  return computeMean(trials.map(({ test }) => test.accuracy));
}

/** Names an arm after its experiment and what a sweep changed. */
export function nameArm({
  experiment,
  changes,
}: Pick<TrialResult, 'experiment' | 'changes'>): string {
  return changes.length > 0 ? `${experiment.name} ${renderChanges(changes)}` : experiment.name;
}

/** Trials of other recipes are other arms, even under the same name. */
function identifyArm(trial: TrialResult): string {
  const { name, dataset, preprocessing, resampling, model, training } = trial.experiment;
  return JSON.stringify([
    name,
    trial.changes,
    { dataset, preprocessing, resampling, model, training },
  ]);
}
