import { countTrained } from '../experiment/experiment.js';
import type { Trial } from '../runner/trial.js';
import { renderDuration } from '../text/quantities.js';
import { countImages } from '../training/training-length.js';

/** A trial of the run, from its start on. */
interface Pace {
  readonly trial: Trial;
  readonly startedAt: number;
  /** Where it went on from a checkpoint, what was done before costs no time. Range: 0..1, as `share`. */
  shareAtStart?: number;
  share: number;
  endedAt?: number;
}

/** How far a run is. */
export interface RunPosition {
  /** The trial that was started last, counted from 1. */
  readonly started: number;
  readonly total: number;
  /** Range: 0..1, a trial counts as one whatever it takes. */
  readonly share: number;
  /** "3 min 5 s left", "more than 12 s left" where no trial has shown yet how long its model takes; empty at first. */
  readonly left: string;
}

/** Follows the trials of a run, and says how long the rest takes. */
export interface RunPace {
  start(trial: Trial): void;
  /** Range of `share`: 0..1 of its training. */
  reach(trial: Trial, share: number): void;
  end(trial: Trial): void;
  position(): RunPosition;
}

/** The first seconds go into setting up and say little about the rest. */
const leastSeconds = 3;

/** Creates the pace of a run that is to train these trials. */
export function createRunPace(trials: readonly Trial[]): RunPace {
  const paces = new Map<string, Pace>();
  return {
    start(trial) {
      paces.set(trial.id, { trial, startedAt: performance.now(), share: 0 });
    },
    reach({ id }, share) {
      const pace = paces.get(id);
      if (!pace) return;
      pace.shareAtStart ??= share;
      pace.share = share;
    },
    end({ id }) {
      const pace = paces.get(id);
      if (pace) Object.assign(pace, { share: 1, endedAt: performance.now() });
    },
    position() {
      const shares = [...paces.values()].map(({ share }) => share);
      return {
        started: paces.size,
        total: trials.length,
        share: shares.reduce((sum, share) => sum + share, 0) / Math.max(1, trials.length),
        left: renderLeft(trials, paces),
      };
    },
  };
}

function renderLeft(trials: readonly Trial[], paces: ReadonlyMap<string, Pace>): string {
  const running = [...paces.values()].filter(({ endedAt }) => endedAt === undefined).length;
  const rests = trials.map((trial) => {
    const work = (1 - (paces.get(trial.id)?.share ?? 0)) * workOf(trial);
    return { work, rate: work > 0 ? rateOf(trial, paces) : 0 };
  });
  const known = rests.filter(({ rate }) => rate !== undefined);
  const seconds = known.reduce((sum, { work, rate = 0 }) => sum + work * rate, 0);
  if (known.length === 0 || seconds === 0) return '';
  const time = renderDuration(Math.ceil(seconds / Math.max(1, running)));
  return `${known.length < rests.length ? 'more than ' : ''}${time} left`;
}

/** Seconds an image of the trials with the same model so far; nothing before one of them has shown it. */
function rateOf({ experiment }: Trial, paces: ReadonlyMap<string, Pace>): number | undefined {
  const model = JSON.stringify(experiment.model);
  let [seconds, work] = [0, 0];
  for (const { trial, startedAt, endedAt, share, shareAtStart = 0 } of paces.values()) {
    // One that is still being set up says nothing yet.
    if (JSON.stringify(trial.experiment.model) !== model || share === 0) continue;
    seconds += ((endedAt ?? performance.now()) - startedAt) / 1000;
    work += (share - shareAtStart) * workOf(trial);
  }
  return work > 0 && seconds >= leastSeconds ? seconds / work : undefined;
}

/** Images that a trial trains on, each as often as it comes up. */
function workOf({ experiment }: Trial): number {
  const { training } = experiment;
  return countImages(training, countTrained(experiment), training.epochs);
}
