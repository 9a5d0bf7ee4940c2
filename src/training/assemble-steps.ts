import { createEvaluation, type Evaluation } from './evaluation.js';
import type { GradientNorm } from './gradient-norm.js';
import { createImageTable } from './image-table.js';
import type { LearnerOptions } from './learner.js';
import type { Network } from './network.js';
import type { Optimizer } from './optimizer.js';
import type { RunningSums } from './running-sums.js';
import { createTrainSteps, type TrainSteps } from './train-steps.js';

/** What must be freed, in the order in which it came to be. */
export type Owned = { dispose(): unknown }[];

/** Puts the training images on the engine and builds the steps over them. */
export function assembleTraining(
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
    precision: recipe.precision,
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

/** Puts the sets to judge on on the engine and builds their evaluations, by name. */
export function assembleEvaluations(
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
