import type { Tensor4D } from '../engine/tensorflow.js';
import { createEvaluation, type Evaluation, type EvaluationOptions } from './evaluation.js';
import type { GradientNorm } from './gradient-norm.js';
import { createImageTable, type ImageTable } from './image-table.js';
import type { LearnerOptions } from './learner.js';
import type { Network } from './network.js';
import type { Optimizer } from './optimizer.js';
import type { RunningSums } from './running-sums.js';
import { createTrainSteps, type TrainSteps } from './train-steps.js';
import { averageViews, resolveViews, showViews } from './views.js';

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
    recipe,
    ...rest,
    weights: network.parameters.map(({ variable }) => variable),
    iteration: network.iteration,
    overlapped: augments ? pipeline.outputShape : undefined,
    augment: network.preprocess,
    logits: (images) => network.logits(images, 'training'),
  });
  owned.push(...steps.state);
  return steps;
}

/** Puts the sets to judge on on the engine and builds their evaluations, by name; "testViews" judges "test" by its views. */
export function assembleEvaluations(
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
