import { compileProgram } from '../engine/program/compile.js';
import { createEagerProgram } from '../engine/program/eager.js';
import type { Program } from '../engine/program/program.js';
import type { Variable } from '../engine/tensorflow.js';
import type { ImageShape } from '../stages/stage.js';
import { createEvaluation, type Evaluation } from './evaluation.js';
import { createFiniteCheck, type FiniteCheck } from './finite-check.js';
import { createGradientNorm, type GradientNorm } from './gradient-norm.js';
import { createImageTable, type LabelledBytes } from './image-table.js';
import { createNetwork, type Network, type NetworkOptions } from './network.js';
import { createOptimizer, type Optimizer } from './optimizer.js';
import { createRunningSums, type RunningSums } from './running-sums.js';
import { createTrainSteps, type TrainSteps } from './train-steps.js';

export interface LearnerOptions extends NetworkOptions {
  readonly imageShape: ImageShape;
  readonly train: LabelledBytes;
  /** Sets to judge on, by name. */
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
  readonly evaluations: Readonly<Record<string, Evaluation>>;
  readonly finiteCheck: FiniteCheck;
  /** All weights of the model, moving averages included, in the model's order. */
  readonly weights: readonly Variable[];
  readonly learningRate: Variable;
  /** All that a step reads or assigns: written into another learner of the same options, it continues there. */
  readonly state: ReadonlyMap<string, Variable>;
  dispose(): void;
}

/** What must be freed, in the order in which it came to be. */
type Owned = { dispose(): unknown }[];

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
  const { recipe } = options;
  const network = createNetwork(options);
  owned.push(network);
  const { weights, trainable, learningRate, iteration } = network;
  const optimizer = createOptimizer(recipe.optimizer, {
    weights: trainable,
    learningRate,
    iteration,
  });
  owned.push(...optimizer.state);
  const sums = createRunningSums();
  owned.push(...sums.state);
  const gradientNorm = options.measuresGradient ? createGradientNorm(iteration) : undefined;
  owned.push(...(gradientNorm?.state ?? []));
  const train = assembleTraining(options, { network, optimizer, sums, gradientNorm, owned });
  const evaluations = assembleEvaluations(options, network, owned);
  const state = nameVariables({
    weight: weights,
    optimizer: optimizer.state,
    sum: sums.state,
    ...(gradientNorm && { gradientNorm: gradientNorm.state }),
    train: train.state,
    ...Object.fromEntries(
      Object.entries(evaluations).map(([name, { state }]) => [`evaluation.${name}`, state]),
    ),
    iteration: [iteration],
    learningRate: [learningRate],
  });
  const finiteCheck = createFiniteCheck(
    nameVariables({ weight: weights, optimizer: optimizer.state }),
  );
  const steps = Object.assign(
    { ...train.steps, ...finiteCheck.steps },
    ...Object.values(evaluations).map((evaluation) => evaluation.steps),
  );
  const program =
    options.execution === 'graph'
      ? compileProgram(steps, { state: [...state.values()] })
      : createEagerProgram(steps);
  owned.push(program);
  return {
    program,
    network,
    train,
    sums,
    ...(gradientNorm && { gradientNorm }),
    evaluations,
    finiteCheck,
    weights,
    learningRate,
    state,
    dispose: () => release(owned),
  };
}

function assembleTraining(
  { train, recipe, imageShape, pipeline }: LearnerOptions,
  parts: {
    network: Network;
    optimizer: Optimizer;
    sums: RunningSums;
    gradientNorm: GradientNorm | undefined;
    owned: Owned;
  },
): TrainSteps {
  const { network, owned, ...rest } = parts;
  const table = createImageTable(train, imageShape);
  owned.push(table);
  const augments = pipeline.stages.some(({ when }) => when === 'train');
  const steps = createTrainSteps({
    table,
    batchSize: recipe.batchSize,
    labelSmoothing: recipe.labelSmoothing,
    ...rest,
    weights: network.trainable,
    iteration: network.iteration,
    overlapped: augments ? pipeline.outputShape : undefined,
    augment: network.preprocess,
    logits: (images) => network.logits(images, 'training'),
  });
  owned.push(...steps.state);
  return steps;
}

function assembleEvaluations(
  { evaluated, recipe, imageShape }: LearnerOptions,
  network: Network,
  owned: Owned,
): Record<string, Evaluation> {
  const evaluations: Record<string, Evaluation> = {};
  for (const [name, set] of Object.entries(evaluated)) {
    const table = createImageTable(set, imageShape);
    owned.push(table);
    const evaluation = createEvaluation({
      name,
      table,
      labelSmoothing: recipe.labelSmoothing,
      preprocess: (images) => network.preprocess(images),
      logits: (images) => network.logits(images, 'evaluation'),
    });
    owned.push(...evaluation.state);
    evaluations[name] = evaluation;
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
