import { compileProgram } from '../graph/compile.js';
import { createEagerProgram } from '../graph/eager.js';
import type { Program } from '../graph/program.js';
import type { Tensor4D, Variable } from '../graph/tensorflow.js';
import type { ImageShape } from '../stages/stage.js';
import { createEvaluation, type Evaluation, type EvaluationOptions } from './evaluation.js';
import { createFiniteCheck, type FiniteCheck } from './finite-check.js';
import { createGradientNorm, type GradientNorm } from './gradient-norm.js';
import { createImageTable, type ImageTable, type LabelledBytes } from './image-table.js';
import { createNetwork, type Network, type NetworkOptions } from './network.js';
import { createOptimizer, type Optimizer } from './optimizer.js';
import { createRunningSums, type RunningSums } from './running-sums.js';
import { createTrainSteps, type TrainSteps } from './train-steps.js';
import { measureLength, type TrainingLength } from './training-length.js';
import { averageViews, resolveViews, showViews } from './views.js';
import { createWeightAverage, type WeightAverage } from './weight-average.js';

/** What must be freed, in the order in which it came to be. */
type Owned = { dispose(): unknown }[];

/** Puts the training images on the engine and builds the steps over them. */
function assembleTraining(
  { train, recipe, imageShape, pipeline }: LearnerOptions,
  parts: {
    network: Network;
    optimizer: Optimizer;
    sums: RunningSums;
    gradientNorm: GradientNorm | undefined;
    length: TrainingLength;
    owned: Owned;
  },
): TrainSteps {
  const { network, owned, length, ...rest } = parts;
  const table = createImageTable(train, imageShape);
  owned.push(table);
  const augments = pipeline.stages.some(({ when }) => when === 'train');
  const steps = createTrainSteps({
    table,
    recipe,
    ...rest,
    weights: network.parameters.map(({ variable }) => variable),
    iteration: network.iteration,
    overlapped: augments ? pipeline.outputShape : undefined,
    classCount: pipeline.mixesLabels ? network.classCount : undefined,
    totalSteps: length.totalSteps,
    augment: network.augment,
    logits: (images) => network.logits(images, 'training'),
  });
  owned.push(...steps.state);
  return steps;
}

/** Puts the sets to judge on on the engine and builds their evaluations, by name; "testViews" judges "test" by its views. */
function assembleEvaluations(
  { evaluated, recipe, imageShape }: LearnerOptions,
  network: Network,
  owned: Owned,
): Record<string, Evaluation> {
  const evaluations: Record<string, Evaluation> = {};
  const views = resolveViews(recipe.testViews);
  const logits = (images: Tensor4D) => network.logits(images, 'evaluation');
  const judge = (table: ImageTable, how: Pick<EvaluationOptions, 'name' | 'passes' | 'logits'>) => {
    const evaluation = createEvaluation({
      table,
      labelSmoothing: recipe.labelSmoothing,
      preprocess: (images) => network.preprocess(images),
      ...how,
    });
    owned.push(...evaluation.state);
    evaluations[how.name] = evaluation;
  };
  for (const [name, set] of Object.entries(evaluated)) {
    const table = createImageTable(set, imageShape);
    owned.push(table);
    judge(table, { name, logits });
    if (name !== 'test' || !views) continue;
    judge(table, {
      name: 'testViews',
      passes: views.length,
      logits: (images) => averageViews(logits(showViews(images, views)), views),
    });
  }
  return evaluations;
}

/** Names variables by their part and place, the same in every process: tfjs-layers counts its own names on. */
function nameVariables(
  parts: Readonly<Record<string, readonly Variable[]>>,
): Map<string, Variable> {
  return new Map(
    Object.entries(parts).flatMap(([part, variables]) =>
      variables.map((variable, index) => [`${part}/${index}`, variable] as const),
    ),
  );
}

export interface LearnerOptions extends NetworkOptions {
  readonly imageShape: ImageShape;
  readonly train: LabelledBytes;
  /** Sets to judge on, by name; "test" also by the recipe's views, as the evaluation "testViews". */
  readonly evaluated: Readonly<Record<string, LabelledBytes>>;
  /** Measures the gradient in each step; left out, it is not. No weight or loss depends on it. */
  readonly measuresGradient?: boolean | undefined;
  /** `graph`: each step is one native call. `eager`: op by op, for debugging and as the reference in tests. */
  readonly execution: 'graph' | 'eager';
}

/** Everything of one training that lives on the engine. */
export interface Learner {
  readonly program: Program;
  readonly network: Network;
  readonly train: TrainSteps;
  readonly sums: RunningSums;
  readonly gradientNorm?: GradientNorm;
  /** Left out where the recipe has none. */
  readonly average?: WeightAverage;
  readonly evaluations: Readonly<Record<string, Evaluation>>;
  readonly finiteCheck: FiniteCheck;
  /** All weights of the model, moving averages included, in the model's order. */
  readonly weights: readonly Variable[];
  readonly learningRate: Variable;
  readonly length: TrainingLength;
  /** All that a step reads or assigns: written into another learner of the same options, it continues there. */
  readonly state: ReadonlyMap<string, Variable>;
  dispose(): void;
}

/**
 * Puts data, weights and optimiser on the engine and prepares the steps over them. The learner owns the model; if it
 * cannot be made, nothing of it is left.
 */
export function createLearner(options: LearnerOptions): Learner {
  const owned: Owned = [options.model];
  try {
    return assemble(options, owned);
  } catch (error) {
    release(owned);
    throw error;
  }
}

function release(owned: Owned): void {
  for (const part of owned.splice(0).reverse()) part.dispose();
}

function assemble(options: LearnerOptions, owned: Owned): Learner {
  const { recipe, execution } = options;
  if (execution === 'eager' && recipe.precision !== 'float32') {
    throw new Error(`Op by op a network cannot compute in ${recipe.precision}.`);
  }
  const network = createNetwork(options);
  owned.push(network);
  const { weights, parameters, learningRate, iteration } = network;
  const length = measureLength(recipe, options.train.count);
  const optimizer = createOptimizer(recipe, { parameters, learningRate, iteration, length });
  owned.push(...optimizer.state);
  const average = recipe.average && createWeightAverage(recipe.average, { weights, length });
  owned.push(...(average?.state ?? []));
  const sums = createRunningSums();
  owned.push(...sums.state);
  const gradientNorm = options.measuresGradient ? createGradientNorm(iteration) : undefined;
  owned.push(...(gradientNorm?.state ?? []));
  const train = assembleTraining(options, {
    network,
    optimizer,
    sums,
    gradientNorm,
    length,
    owned,
  });
  const evaluations = assembleEvaluations(options, network, owned);
  const state = nameState({ network, optimizer, average, sums, gradientNorm, train, evaluations });
  const finiteCheck = createFiniteCheck(
    nameVariables({ weight: weights, optimizer: optimizer.state }),
  );
  const steps = Object.assign(
    { ...train.steps, ...average?.steps, ...finiteCheck.steps },
    ...Object.values(evaluations).map((evaluation) => evaluation.steps),
  );
  const program =
    execution === 'graph'
      ? compileProgram(steps, { state: [...state.values()] })
      : createEagerProgram(steps);
  owned.push(program);
  return {
    program,
    network,
    train,
    sums,
    ...(gradientNorm && { gradientNorm }),
    ...(average && { average }),
    evaluations,
    finiteCheck,
    weights,
    learningRate,
    length,
    state,
    dispose: () => release(owned),
  };
}

type LearnerParts = Pick<Learner, 'network' | 'sums' | 'train' | 'evaluations'> & {
  readonly optimizer: Optimizer;
  readonly gradientNorm: GradientNorm | undefined;
  readonly average: WeightAverage | undefined;
};

function nameState(parts: LearnerParts): Map<string, Variable> {
  const { network, optimizer, average, sums, gradientNorm, train, evaluations } = parts;
  return nameVariables({
    weight: network.weights,
    optimizer: optimizer.state,
    ...(average && { average: average.state }),
    sum: sums.state,
    ...(gradientNorm && { gradientNorm: gradientNorm.state }),
    train: train.state,
    ...Object.fromEntries(
      Object.entries(evaluations).map(([name, { state }]) => [`evaluation.${name}`, state]),
    ),
    iteration: [network.iteration],
    learningRate: [network.learningRate],
  });
}
