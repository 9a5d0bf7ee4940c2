import pMap from 'p-map';
import { countTrained, type Experiment } from '../../experiment/experiment.js';
import type { DoneTrial, Environment } from '../../results/result.js';
import { computeMedian } from '../../statistics/mean.js';
import { countImages } from '../../training/training-length.js';
import type { StoredTrial, TrialStore } from '../store/trial-store.js';
import type { Trial } from '../trial.js';
import { isChosen, type Which } from '../which.js';
import { renderSorted } from './trial-key.js';

/** Guesses how long trials take from others that are done. */
export interface Estimator {
  /** Returns the seconds of the epochs still to train, or nothing where no trial like it is done. */
  estimate(trial: Trial, epochsDone: number): number | undefined;
  /** How many trials estimates were taken from so far. */
  sourceCount(): number;
}

/** What a trial will compute on: another device or number of threads is another speed. */
export type Speed = Pick<Environment, 'device' | 'threads'>;

/**
 * Creates an estimator. A trial takes as long an image and epoch as the median of those with the same model and
 * preprocessing in the same precision on the same device and threads; early stopping may end it sooner.
 */
export function createEstimator(finished: readonly DoneTrial[], speed: Speed): Estimator {
  const sources = new Set<string>();
  const comparable = finished.filter(
    ({ environment: { device, threads }, history }) =>
      device === speed.device && threads === speed.threads && history.length > 0,
  );
  const alike = groupByWork(comparable);
  const medians = new Map(
    [...alike].map(([work, trials]) => [work, computeMedian(trials.map(secondsAnImage))]),
  );
  // An experiment has many seeds.
  const works = new Map<Experiment, string>();
  return {
    estimate(trial, epochsDone) {
      const work = works.get(trial.experiment) ?? renderWork(trial.experiment);
      works.set(trial.experiment, work);
      const seconds = medians.get(work);
      if (seconds === undefined) return undefined;
      sources.add(work);
      const left =
        countImagesUntil(trial, Number.POSITIVE_INFINITY) - countImagesUntil(trial, epochsDone);
      return seconds * left;
    },
    sourceCount: () => [...sources].reduce((sum, work) => sum + (alike.get(work)?.length ?? 0), 0),
  };
}

function groupByWork(finished: readonly DoneTrial[]): Map<string, DoneTrial[]> {
  const groups = new Map<string, DoneTrial[]>();
  for (const trial of finished) {
    const work = renderWork(trial.experiment);
    groups.set(work, [...(groups.get(work) ?? []), trial]);
  }
  return groups;
}

/** What makes an epoch of two experiments take equally long. */
function renderWork({ model, preprocessing, training, resampling }: Experiment): string {
  return renderSorted([model, preprocessing, training.precision, resampling]) ?? '';
}

/** Of training and all around it, such as loading and validation. */
function secondsAnImage({ durationSeconds, imageCounts, history, experiment }: DoneTrial): number {
  return durationSeconds / countImages(experiment.training, imageCounts.train, history.length);
}

/** Images that a trial's first epochs train on, each as often as it comes up. */
function countImagesUntil({ experiment }: Trial, epochs: number): number {
  return countImages(experiment.training, countTrained(experiment), epochs);
}

/** A trial of a plan with what the results folder knows of it. */
export interface PlannedTrial {
  readonly trial: Trial;
  readonly status: StoredTrial['status'];
  /** Of its newest checkpoint; left out unless partial. */
  readonly epochsDone?: number;
  /** The folder of a result that other code of prep-lab made of it. */
  readonly otherCode?: string;
  /** Whether a run would train it. */
  readonly isChosen: boolean;
  /** Of what is still to train; left out where nothing tells, or where it is not to be trained. */
  readonly estimatedSeconds?: number;
}

export interface PlanOverview {
  readonly trials: readonly PlannedTrial[];
  /** How many finished trials the estimates are from. */
  readonly sourceCount: number;
}

export interface OverviewOptions {
  readonly store: Pick<TrialStore, 'look'>;
  readonly which: Which;
  readonly speed: Speed;
  /** Trials done beside the plan's own, to estimate from. */
  readonly finished: readonly DoneTrial[];
}

/** Looks every trial of a plan up in the results folder, and guesses how long the missing ones take. */
export async function lookUpPlan(
  plan: readonly Trial[],
  { store, which, speed, finished }: OverviewOptions,
): Promise<PlanOverview> {
  const estimator = createEstimator(finished, speed);
  // Results are let go as soon as they are looked at: those of a large plan fill the memory.
  const lookUp = async (trial: Trial): Promise<PlannedTrial> => {
    const found = await store.look(trial);
    const chosen = isChosen(found.status, which);
    const epochsDone = found.status === 'partial' && which !== 'all' ? found.epochs : 0;
    const seconds = chosen ? estimator.estimate(trial, epochsDone) : undefined;
    return {
      trial,
      status: found.status,
      ...(found.status === 'partial' && { epochsDone: found.epochs }),
      ...(found.status === 'new' && found.otherCode && { otherCode: found.otherCode }),
      isChosen: chosen,
      ...(seconds !== undefined && { estimatedSeconds: seconds }),
    };
  };
  const trials = await pMap(plan, lookUp, { concurrency: 16 });
  return { trials, sourceCount: estimator.sourceCount() };
}
