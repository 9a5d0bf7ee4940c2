import type { DoneTrial } from '../../results/result.js';
import { computeMean } from '../../statistics/mean.js';
import type { EpochRecord } from '../../training/train.js';
import { countImages } from '../../training/training-length.js';
import type { Arm } from './arm.js';

/** What arms of different length had reached when the shortest one ended. */
interface EqualBudget {
  /** Training images, or seconds of training, that the shortest trial took. */
  readonly amount: number;
  /** The arm of that trial. */
  readonly shortest: Arm;
  /** Mean validation accuracy by arm; an arm whose first epoch takes more is missing. Range: 0..1. */
  readonly accuracies: ReadonlyMap<Arm, number>;
}

export interface EqualBudgets {
  readonly images: EqualBudget;
  readonly seconds: EqualBudget;
}

/**
 * Returns what arms come to with equal training images and equal training seconds; nothing where all took the same
 * number of images, or where epochs were not all judged on the same kind of images.
 */
export function computeEqualBudgets(arms: readonly Arm[]): EqualBudgets | undefined {
  const finished = arms.filter(({ done }) => done.length > 0);
  const trials = finished.flatMap(({ done }) => done);
  const judgedOn = new Set(trials.map(({ best }) => best?.judgedOn));
  const amounts = new Set(trials.map((trial) => imagesOf(trial).at(-1)));
  if (amounts.size < 2 || judgedOn.size > 1 || judgedOn.has(undefined)) return undefined;
  const [images, seconds] = [spend(finished, imagesOf), spend(finished, secondsOf)];
  return images && seconds && { images, seconds };
}

/** What a trial had taken after each epoch. */
type Meter = (trial: DoneTrial) => readonly number[];

function imagesOf({ history, imageCounts, experiment: { training } }: DoneTrial): number[] {
  return history.map((_, index) => countImages(training, imageCounts.train, index + 1));
}

function secondsOf({ history }: DoneTrial): number[] {
  let sum = 0;
  return history.map(({ trainSeconds }) => {
    sum += trainSeconds;
    return sum;
  });
}

function spend(arms: readonly Arm[], meter: Meter): EqualBudget | undefined {
  const totals = arms.map(({ done }) => Math.min(...done.map((trial) => meter(trial).at(-1) ?? 0)));
  const amount = Math.min(...totals);
  const shortest = arms[totals.indexOf(amount)];
  if (!shortest) return undefined;
  const reached = arms.flatMap((arm) => {
    const accuracies = arm.done.map((trial) => lastWithin(trial, meter(trial), amount));
    const known = accuracies.filter((accuracy) => accuracy !== undefined);
    return known.length < accuracies.length ? [] : [[arm, computeMean(known)] as const];
  });
  return { amount, shortest, accuracies: new Map(reached) };
}

function lastWithin(trial: DoneTrial, taken: readonly number[], amount: number) {
  const index = taken.findLastIndex((each) => each <= amount);
  const record: EpochRecord | undefined = trial.history[index];
  return record?.validationAccuracy;
}
