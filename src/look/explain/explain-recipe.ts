import { renderNamed } from '../../experiment/pipeline-summary.js';
import type { LayersModel } from '../../graph/tensorflow.js';
import { renderNumber } from '../../text/quantities.js';
import { findOptimizer, type OptimizerOptions } from '../../training/optimizers/list.js';
import { listParameters } from '../../training/parameter.js';
import { type AssignedGroup, assignGroups } from '../../training/parameter-groups.js';
import type { TrainingRecipe } from '../../training/recipe.js';
import { createFactor } from '../../training/schedule.js';
import { measureLength } from '../../training/training-length.js';

/** What a recipe comes to for a model and a number of images. */
export interface ExplainedRecipe {
  /** The optimiser in short. */
  readonly optimizer: string;
  readonly totalSteps: number;
  /** The optimiser's learning rate in the first and last step, and the highest between them. */
  readonly learningRate: {
    readonly first: number;
    readonly highest: number;
    readonly last: number;
  };
  /** Left out without groups; the weights that no group matches come last, without a match. */
  readonly groups?: readonly ExplainedGroup[];
  readonly average?: string;
  /** The weight of the divergence between versions of an image; left out where each comes once. */
  readonly jensenShannon?: number;
}

interface ExplainedGroup {
  readonly match?: string;
  /** Layers and kinds of weight, such as "conv2d_1.kernel". */
  readonly weights: readonly string[];
  readonly numbers: number;
}

/** @throws UserError if a group matches no weight of the model. */
export function explainRecipe(
  recipe: TrainingRecipe,
  { model, imageCount }: { readonly model: LayersModel; readonly imageCount: number },
): ExplainedRecipe {
  const { optimizer, groups, schedule, average, jensenShannon } = recipe;
  const length = measureLength(recipe, imageCount);
  const factorAt = schedule ? createFactor(schedule, length) : () => 1;
  const rates = Array.from(
    { length: length.totalSteps },
    (_, step) => optimizer.learningRate * factorAt(step),
  );
  return {
    optimizer: renderOptimizer(optimizer),
    totalSteps: length.totalSteps,
    learningRate: {
      first: rates[0] ?? 0,
      highest: rates.reduce((highest, rate) => Math.max(highest, rate), 0),
      last: rates.at(-1) ?? 0,
    },
    ...(groups?.length && {
      groups: assignGroups(listParameters(model), groups).map(explainGroup),
    }),
    ...(average && { average: average.name }),
    ...(jensenShannon !== undefined && { jensenShannon }),
  };
}

function renderOptimizer(options: OptimizerOptions): string {
  const { others, ...own } = { others: undefined, ...options };
  const summary = renderNamed(own, findOptimizer(options).options);
  return others ? `${summary}; for the rest ${renderOptimizer(others)}` : summary;
}

function explainGroup({ group, parameters }: AssignedGroup): ExplainedGroup {
  return {
    ...(group && { match: group.match }),
    weights: parameters.map(({ layer, part }) => `${layer}.${part}`),
    numbers: parameters.reduce((sum, { variable }) => sum + variable.size, 0),
  };
}

/** Renders a recipe in some lines. */
export function renderRecipe(recipe: ExplainedRecipe): string {
  const { optimizer, totalSteps, learningRate, groups = [], average, jensenShannon } = recipe;
  const { first, highest, last } = learningRate;
  const isConstant = first === highest && highest === last;
  const rates = isConstant
    ? `learning rate ${renderNumber(first)}`
    : `learning rate ${renderNumber(first)} in the first step, ${renderNumber(highest)} at most, ${renderNumber(last)} in the last`;
  return [
    `Recipe: ${optimizer}; ${totalSteps.toLocaleString('en-US')} steps\n`,
    `  ${rates}\n`,
    ...groups.map(
      ({ match, weights, numbers }) =>
        `  ${match ?? 'the rest'}: ${numbers.toLocaleString('en-US')} numbers in ${renderWeights(weights)}\n`,
    ),
    ...(jensenShannon === undefined
      ? []
      : [
          `  each image in 3 versions; their Jensen-Shannon divergence counts ${renderNumber(jensenShannon)} times\n`,
        ]),
    ...(average ? [`  ends with an average of the weights (${average})\n`] : []),
  ].join('');
}

function renderWeights(weights: readonly string[]): string {
  const shown = weights.slice(0, 4).join(', ');
  return weights.length > 4 ? `${shown} and ${weights.length - 4} more` : shown;
}
