import type { TrainedArm } from '../../analysis/findings/trained-arm.js';
import type { SearchRecord } from '../../runner/store/search-file.js';
import { computeMean } from '../../statistics/mean.js';

/** A configuration of a search as figures show it. */
export interface TriedConfiguration {
  readonly id: string;
  readonly fate: 'winner' | 'to the end' | 'left';
  readonly changes: SearchRecord['configurations'][number]['changes'];
  /** Validation accuracies at the rungs that it reached, at least one. */
  readonly rungs: readonly RungPoint[];
  /** Mean validation accuracy of the trainings with fresh seeds, where it was confirmed. */
  readonly fresh?: number;
}

interface RungPoint {
  readonly epochs: number;
  readonly accuracy: number;
}

/** Returns the configurations of a search that reached a rung; none while it goes on. */
export function listTried(
  { experiment, configurations, ranking }: SearchRecord,
  arms: readonly TrainedArm[],
): readonly TriedConfiguration[] {
  if (!ranking) return [];
  const freshOf = new Map(
    arms.flatMap(({ trials }) => {
      const { chosen, experiment: own } = trials[0];
      const id = chosen && own.name === experiment && ranking[chosen.place - 1];
      return id === undefined || id === false ? [] : [[id, meanOf(trials)] as const];
    }),
  );
  return configurations.flatMap(({ id, changes, epochs, validationAccuracies, state }) => {
    const rungs = validationAccuracies.map((accuracy, rung) => ({
      epochs: epochs[rung] ?? 0,
      accuracy,
    }));
    if (rungs.length === 0) return [];
    const fresh = freshOf.get(id);
    const best = ranking[0] === id ? 'winner' : 'to the end';
    const fate = state === 'done' ? best : 'left';
    return { id, fate, changes, rungs, ...(fresh !== undefined && { fresh }) };
  });
}

function meanOf(trials: TrainedArm['trials']): number {
  return computeMean(
    trials.flatMap(({ history, test }) => history[test.epoch - 1]?.validationAccuracy ?? []),
  );
}
