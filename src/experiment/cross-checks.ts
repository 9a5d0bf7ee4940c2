import { countLimited, factsOf } from '../datasets/facts.js';
import { createProblemsError, type Problem, problemsOfFile, toProblem } from '../problem.js';
import type { ImageShape } from '../stages/stage.js';
import type { Monitor } from '../training/improvement.js';
import { assignGroups } from '../training/parameter-groups.js';
import type { TrainingRecipe } from '../training/recipe.js';
import { resolveViews } from '../training/views.js';
import { UserError } from '../user-error.js';
import { type Catalogue, instantiateModel, instantiateStage } from './catalogue.js';
import { countTrained, type Experiment } from './experiment.js';
import { checkSearch } from './search/check-search.js';

/**
 * Returns the problem of the first stage that cannot be made or cannot take the images that come to it, of the model that
 * cannot be built for what the stages give, or of a view.
 */
export function checkShapes(
  {
    dataset,
    preprocessing,
    model,
    training,
  }: Pick<Experiment, 'dataset' | 'preprocessing' | 'model' | 'training'>,
  catalogue: Catalogue,
): Problem[] {
  const { shape, classNames } = factsOf(dataset);
  let image: ImageShape = shape;
  let makesVersions = false;
  for (const [index, options] of preprocessing.entries()) {
    const problem = findProblem(`preprocessing[${index}]: `, () => {
      const stage = instantiateStage(options, catalogue);
      image = stage.outputShape?.(image) ?? image;
      makesVersions ||= stage.makesVersions === true;
    });
    if (problem) return [problem];
  }
  const problem = findProblem('', () => {
    const instance = instantiateModel(model, catalogue);
    const input = { image, classCount: classNames.length };
    instance.check(input);
    const weights = instance.listTrained(input);
    if (weights) assignGroups(weights, training.groups);
  });
  return problem
    ? [problem]
    : [...checkViews(training, image), ...checkVersions(training, makesVersions)];
}

/** @param start stands before what the error says. */
function findProblem(start: string, run: () => void): Problem | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { ...toProblem(error), message: `${start}${error.message}` };
  }
}

/** An image cannot be moved by its whole size: its reflection ends there. */
function checkViews({ testViews }: TrainingRecipe, { height, width }: ImageShape): Problem[] {
  const views = resolveViews(testViews) ?? [];
  const index = views.findIndex(
    ({ translate: [down, right] }) => Math.abs(down) >= height || Math.abs(right) >= width,
  );
  if (index < 0) return [];
  const translate = JSON.stringify(views[index]?.translate);
  return [
    {
      message: `training.testViews: view ${index} must move images of ${height} x ${width} by less than their size, received ${translate}.`,
      hint: 'lower its "translate", or take it out.',
    },
  ];
}

function checkVersions({ jensenShannon }: TrainingRecipe, makesVersions: boolean): Problem[] {
  if (jensenShannon === undefined || makesVersions) return [];
  return [
    {
      message: `training.jensenShannon must have a stage that makes versions of an image, such as "aug-mix", in preprocessing, received none.`,
      hint: 'add {"name":"aug-mix"} to preprocessing, or take training.jensenShannon out.',
    },
  ];
}

/** Returns the problems that no single key shows: keys that contradict each other. */
export function checkAcrossKeys(experiment: Experiment): Problem[] {
  return [
    ...checkLimits(experiment),
    ...checkSplit(experiment),
    ...checkBatchSize(experiment),
    ...checkMonitors(experiment),
    ...checkPlateau(experiment),
    ...checkDecays(experiment),
    ...checkSearch(experiment),
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

/** A limit leaves an image of each class, and takes no more than there are. */
function checkLimits({ dataset }: Experiment): Problem[] {
  const { counts, classNames, title } = factsOf(dataset);
  const limits = { train: dataset.trainLimit, test: dataset.testLimit };
  return (['train', 'test'] as const).flatMap((part) => {
    const limit = limits[part];
    const least = Math.min(classNames.length, counts[part]);
    if (limit === undefined || (limit >= least && limit <= counts[part])) return [];
    const bound = limit < least ? `at least ${least}` : `at most ${counts[part]}`;
    return [
      {
        message: `dataset.${part}Limit must be ${bound}, received ${limit}.`,
        hint:
          limit < least
            ? 'that is one image of each class.'
            : `${title} has no more; leave it out to use all.`,
      },
    ];
  });
}

function checkSplit({ dataset, training }: Experiment): Problem[] {
  if (typeof training.validation === 'string') return [];
  const { split } = training.validation;
  const available = countLimited(dataset).train;
  if (split < available) return [];
  return [
    {
      message: `training.validation.split must be less than the ${available} training images, received ${split}.`,
      hint: `a tenth of them is common: ${Math.max(1, Math.floor(available / 10))}.`,
    },
  ];
}

function checkBatchSize(experiment: Experiment): Problem[] {
  const { batchSize } = experiment.training;
  const available = countTrained(experiment);
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
