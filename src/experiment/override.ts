import type { CorruptionsOption } from '../corruptions/selection.js';
import { countLimited, factsOf } from '../datasets/facts.js';
import type { Precision } from '../graph/precision.js';
import type { TrainingRecipe } from '../training/recipe.js';
import { scaleTimes } from '../training/schedule.js';
import { UserError } from '../user-error.js';
import { countTrained, type Experiment } from './experiment.js';
import type { Race } from './race.js';
import type { Change } from './sweep/key-path.js';

/** What the command line changes in every experiment. */
export interface Overrides {
  /** Takes {@link quickLimits} first; what else is given counts more. */
  readonly quick?: boolean;
  readonly epochs?: number;
  /** At most this many training images, and test images. */
  readonly limit?: { readonly train: number; readonly test: number };
  readonly seeds?: readonly number[];
  readonly precision?: Precision;
  readonly corruptions?: CorruptionsOption;
  /** Of all experiments but its control; planning a run takes it. */
  readonly race?: Race;
}

/** Images and epochs of a quick run: enough to see what learns and what collapses. */
export const quickLimits = { epochs: 3, train: 2000, test: 1000 } as const;

/**
 * Share of the steps that are written which a quick run takes, by smaller batches. The deep net's batch normalisation needs
 * some hundred steps: with batches of 128 it ended at 17 %, with 16 at 25 %.
 */
const quickSteps = 0.02;

/** Validation images that a limit leaves at least, if as many are written: 50 % of them has a standard error of 5 points. */
const leastSplit = 100;

/**
 * Returns the experiment with fewer images or epochs, smaller batches, other seeds or another precision. Limits only ever
 * take away; a validation split keeps its share of the training images, but no fewer than {@link leastSplit}.
 * @param changes What a sweep set, which a quick run leaves.
 * @throws UserError if a limit leaves too few training images for that.
 */
export function overrideExperiment(
  experiment: Experiment,
  overrides: Overrides,
  changes: readonly Change[] = [],
): Experiment {
  const { quick = false, seeds, precision, corruptions } = overrides;
  const quickEpochs = quick ? Math.min(experiment.training.epochs, quickLimits.epochs) : undefined;
  const epochs = overrides.epochs ?? quickEpochs;
  const limit = overrides.limit ?? (quick ? quickLimits : undefined);
  const limited = limit ? limitImages(experiment, limit) : experiment;
  const shrinksBatch = quick && !changes.some(({ path }) => path === 'training.batchSize');
  const training = {
    ...limited.training,
    ...(quick && epochs !== undefined && scaleRecipe(experiment.training, epochs)),
    ...(epochs !== undefined && { epochs }),
    ...(precision && { precision }),
  };
  const evaluation = corruptions && { evaluation: { corruptions } };
  const shortened = { ...limited, ...(seeds && { seeds }), training, ...evaluation };
  return shrinksBatch ? shrinkBatch(shortened, experiment) : shortened;
}

/** A quick run goes through the whole of a schedule, and freezes weights after the same share of it. */
function scaleRecipe({ epochs: written, schedule, groups }: TrainingRecipe, epochs: number) {
  const share = epochs / written;
  return {
    ...(schedule && { schedule: scaleTimes(schedule, share) }),
    ...(groups && {
      groups: groups.map((group) => ({
        ...group,
        ...(group.untilEpoch !== undefined && { untilEpoch: group.untilEpoch * share }),
        ...(group.schedule && { schedule: scaleTimes(group.schedule, share) }),
      })),
    }),
  };
}

/** Takes the power of two that comes closest to {@link quickSteps}, and no more than is written or there are images. */
function shrinkBatch(shortened: Experiment, written: Experiment): Experiment {
  const count = countTrained(shortened);
  const share =
    (shortened.training.epochs * count) / (written.training.epochs * countTrained(written));
  const { batchSize: most } = written.training;
  const batchSize = Math.min(
    most,
    count,
    2 ** Math.max(0, Math.round(Math.log2((most * share) / quickSteps))),
  );
  return { ...shortened, training: { ...shortened.training, batchSize } };
}

function limitImages(
  experiment: Experiment,
  limit: { readonly train: number; readonly test: number },
): Experiment {
  const { dataset, training } = experiment;
  const { train: before, test } = countLimited(dataset);
  const trainLimit = Math.min(before, limit.train);
  const testLimit = Math.min(test, limit.test);
  requireEachClass(experiment, { train: trainLimit, test: testLimit });
  const validation = limitSplit(experiment, { before, after: trainLimit });
  return {
    ...experiment,
    dataset: { ...dataset, trainLimit, testLimit },
    training: { ...training, validation },
  };
}

/** @throws UserError if there would be fewer images than classes. */
function requireEachClass(
  { name, dataset }: Experiment,
  limit: { readonly train: number; readonly test: number },
): void {
  const { classNames, counts } = factsOf(dataset);
  for (const part of ['train', 'test'] as const) {
    const least = Math.min(classNames.length, counts[part]);
    if (limit[part] >= least) continue;
    throw new UserError(
      `${name}: ${limit[part]} ${part === 'train' ? 'training' : 'test'} images are too few for ${least} classes.`,
      { hint: `use --limit ${least} or more: one image of each class.` },
    );
  }
}

/** `before` and `after`: the training images, those that validate among them. */
function limitSplit(
  { name, training: { validation } }: Experiment,
  { before, after }: { readonly before: number; readonly after: number },
): Experiment['training']['validation'] {
  if (typeof validation === 'string') return validation;
  const share = Math.round((validation.split * after) / before);
  const least = Math.min(validation.split, leastSplit);
  if (share >= least) return { split: share };
  if (least <= after / 2) return { split: least };
  throw new UserError(
    `${name}: ${after} training images are too few for a validation split, which takes at least ${least} and at most half of them.`,
    { hint: `use --limit ${2 * least} or more, or add --set training.validation=test.` },
  );
}
