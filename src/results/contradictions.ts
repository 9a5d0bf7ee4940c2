import { isOfFiles } from '../datasets/dataset-options.js';
import { countLimited } from '../datasets/facts.js';
import { countTrained } from '../experiment/experiment.js';
import type { Problem } from '../problem.js';
import { countEpochs } from '../training/training-length.js';
import type { DoneTrial, TrialResult } from './result.js';
import { countBits, decodeRightBits } from './right-bits.js';

const hint = 'the file was damaged or edited; restore it, or run again.';

/**
 * Returns where a trial's numbers contradict each other, as no run writes them: the file was damaged or edited. Only the
 * first such place: most others follow from it.
 * @param path Where the trial stands in the file, such as `trials[3]`.
 */
export function findContradictions(trial: TrialResult, path: string): Problem[] {
  const missing = checkDataset(trial);
  if (missing.length > 0)
    return missing.map((message) => ({ message: `${path}.${message}`, hint }));
  const found = [
    ...checkEpochs(trial),
    ...(trial.status === 'done'
      ? [
          ...checkLength(trial),
          ...checkImageCounts(trial),
          ...checkRight(trial),
          ...checkBest(trial),
        ]
      : []),
  ];
  return found.slice(0, 1).map((message) => ({ message: `${path}.${message}`, hint }));
}

/** Images of the user's own are known by what was found. */
function checkDataset({ experiment: { dataset } }: TrialResult): string[] {
  return isOfFiles(dataset) && !dataset.found ? ['experiment.dataset.found is missing.'] : [];
}

/** Of any trial: epochs are counted from 1, and there are no more than were asked for. */
function checkEpochs({ history, experiment: { training } }: TrialResult): string[] {
  const at = history.findIndex(({ epoch }, index) => epoch !== index + 1);
  if (at >= 0) {
    return [`history[${at}].epoch must be ${at + 1}, received ${history[at]?.epoch}.`];
  }
  const { length } = history;
  const most = countEpochs(training);
  return length <= most ? [] : [`history must have at most ${most} epochs, received ${length}.`];
}

/** A finished trial has all epochs, unless EarlyStopping ended it. */
function checkLength({ history, stoppedEarly, test, experiment }: DoneTrial): string[] {
  const { earlyStopping } = experiment.training;
  const epochs = countEpochs(experiment.training);
  const { length } = history;
  if (stoppedEarly && !earlyStopping) {
    return ['stoppedEarly must be false without training.earlyStopping, received true.'];
  }
  if (length < (stoppedEarly ? 1 : epochs)) {
    return [
      `history must have ${stoppedEarly ? 'an epoch' : `${epochs} epochs`}, received ${length}.`,
    ];
  }
  const isKnown = test.weights === 'last' ? test.epoch === length : history[test.epoch - 1];
  return isKnown || length > epochs
    ? []
    : [`test.epoch must be one of the ${length} epochs in history, received ${test.epoch}.`];
}

function checkImageCounts({ imageCounts, experiment }: DoneTrial): string[] {
  const limited = countLimited(experiment.dataset);
  const train = countTrained(experiment);
  const expected = { train, validation: limited.train - train, test: limited.test };
  return (['train', 'validation', 'test'] as const).flatMap((kind) =>
    imageCounts[kind] === expected[kind]
      ? []
      : [
          `imageCounts.${kind} must be ${expected[kind]} for the experiment's limits, received ${imageCounts[kind]}.`,
        ],
  );
}

function checkRight(trial: DoneTrial): string[] {
  const bits = decodeRightBits(trial);
  if (!bits) return [];
  const { test, imageCounts } = trial;
  const unused = (bits.at(-1) ?? 0) >> (imageCounts.test % 8 || 8);
  if (unused !== 0) return [`test.right must have no bit beyond ${imageCounts.test} test images.`];
  const right = countBits(bits);
  return Math.abs(test.accuracy * imageCounts.test - right) < 0.01
    ? []
    : [
        `test.accuracy must be ${right / imageCounts.test}, as test.right has ${right} of ${imageCounts.test} images, received ${test.accuracy}.`,
      ];
}

function checkBest({ best, history }: DoneTrial): string[] {
  if (!best) return [];
  const record = history[best.epoch - 1];
  if (!record) {
    return [
      `best.epoch must be one of the ${history.length} epochs in history, received ${best.epoch}.`,
    ];
  }
  const { validationAccuracy = best.accuracy } = record;
  return validationAccuracy === best.accuracy
    ? []
    : [
        `best.accuracy must be ${validationAccuracy}, as in history[${best.epoch - 1}], received ${best.accuracy}.`,
      ];
}
