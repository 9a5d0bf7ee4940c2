import type { Monitor } from '../training/improvement.js';
import type { Experiment } from './experiment.js';
import { createProblemsError, type Problem, problemsOfFile } from './problem.js';

/** Images that CIFAR-10 has for training. */
const trainingImageCount = 50_000;

/** Returns the problems that no single key shows: keys that contradict each other. */
export function checkAcrossKeys(experiment: Experiment): Problem[] {
  return [
    ...checkSplit(experiment),
    ...checkBatchSize(experiment),
    ...checkMonitors(experiment),
    ...checkPlateau(experiment),
    ...checkDecays(experiment),
  ];
}

/**
 * Checks experiments whose keys were changed after they were read.
 * @throws UserError with all problems, each under its experiment's name.
 */
export function requireConsistent(experiments: readonly Experiment[]): void {
  const all = experiments.flatMap((experiment) =>
    problemsOfFile(experiment.name, checkAcrossKeys(experiment)),
  );
  // Those of one sweep mostly have the same.
  const problems = [...new Map(all.map((problem) => [problem.message, problem])).values()];
  if (problems.length > 0) throw createProblemsError(problems);
}

function checkSplit({ dataset, training }: Experiment): Problem[] {
  if (typeof training.validation === 'string') return [];
  const { split } = training.validation;
  const available = dataset.trainLimit ?? trainingImageCount;
  if (split < available) return [];
  return [
    {
      message: `training.validation.split must be less than the ${available} training images, received ${split}.`,
      hint: `a tenth of them is common: ${Math.max(1, Math.floor(available / 10))}.`,
    },
  ];
}

function checkBatchSize({ dataset, training }: Experiment): Problem[] {
  const { validation, batchSize } = training;
  const kept = typeof validation === 'string' ? 0 : validation.split;
  const available = (dataset.trainLimit ?? trainingImageCount) - kept;
  // A split that leaves nothing is a problem of its own.
  if (batchSize <= available || available <= 0) return [];
  return [
    {
      message: `training.batchSize must be at most the ${available} images to train on, received ${batchSize}.`,
      hint: 'lower training.batchSize or raise dataset.trainLimit.',
    },
  ];
}

function checkMonitors({ training }: Experiment): Problem[] {
  if (training.validation !== 'none') return [];
  const callbacks = {
    earlyStopping: training.earlyStopping,
    reduceLearningRateOnPlateau: training.reduceLearningRateOnPlateau,
  };
  return Object.entries(callbacks).flatMap(([key, callback]) =>
    callback ? checkMonitor(`training.${key}.monitor`, callback.monitor) : [],
  );
}

function checkMonitor(path: string, monitor: Monitor): Problem[] {
  if (!monitor.startsWith('validation')) return [];
  const training = monitor.replace('validation', 'train');
  return [
    {
      message: `${path} must be "trainAccuracy" or "trainLoss" where training.validation is "none", received "${monitor}".`,
      hint: `write "monitor": "${training}", or "validation": {"split": 5000}.`,
    },
  ];
}

/** A schedule says every step's learning rate; what reduces it on the way would say another. */
function checkPlateau({ training }: Experiment): Problem[] {
  const { schedule, groups = [], reduceLearningRateOnPlateau } = training;
  if (!reduceLearningRateOnPlateau) return [];
  const paths = [
    ...(schedule ? ['training.schedule'] : []),
    ...groups.flatMap((group, index) =>
      group.schedule ? [`training.groups[${index}].schedule`] : [],
    ),
  ];
  return paths.map((path) => ({
    message: `${path} must not stand beside training.reduceLearningRateOnPlateau.`,
    hint: 'take one of the two away.',
  }));
}

/** Of optimisers that know no weight decay a group cannot ask for any. */
function checkDecays({ training: { groups = [], optimizer } }: Experiment): Problem[] {
  const used = 'others' in optimizer ? [optimizer, optimizer.others] : [optimizer];
  if (used.every(({ name }) => name !== 'adam')) return [];
  return groups.flatMap(({ weightDecay }, index) =>
    weightDecay === undefined
      ? []
      : [
          {
            message: `training.groups[${index}].weightDecay must be left out: the optimiser "adam" has no weight decay.`,
            hint: 'use "adamw".',
          },
        ],
  );
}
