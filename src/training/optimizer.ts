import { attribute, runKernel } from '../graph/native-backend.js';
import { type Tensor, tensorflow, type Variable } from '../graph/tensorflow.js';
import { clipGradients } from './gradient-clipping.js';
import { findOptimizer, type OptimizerOptions } from './optimizers/list.js';
import type { Optimizer } from './optimizers/optimizer.js';
import type { Parameter } from './parameter.js';
import { type AssignedGroup, assignGroups, type ParameterGroup } from './parameter-groups.js';
import type { TrainingRecipe } from './recipe.js';
import { computeFactors, type Schedule } from './schedule.js';
import type { TrainingLength } from './training-length.js';

export type { Optimizer } from './optimizers/optimizer.js';

export interface RecipeOptimizerContext {
  readonly parameters: readonly Parameter[];
  /** Float32 scalar: the optimiser's learning rate, as long as nothing reduces it. */
  readonly learningRate: Variable;
  /** Int32 scalar: steps done before this one. */
  readonly iteration: Variable;
  readonly length: TrainingLength;
}

export type OptimizerRecipe = Pick<
  TrainingRecipe,
  'optimizer' | 'groups' | 'schedule' | 'gradientClipping'
>;

/** Weights that one rule updates with one learning rate. */
interface Part {
  readonly parameters: readonly Parameter[];
  readonly rule: Optimizer;
  /** Steps after which the weights stay as they are. */
  readonly untilStep?: number | undefined;
}

/**
 * Creates a recipe's optimiser: its rule for each group of weights, with the group's learning rate, schedule and decay.
 * Gradients are clipped before. Without groups, schedule and clipping it is the rule itself.
 * @throws UserError if a group matches no weight.
 */
export function createOptimizer(
  recipe: OptimizerRecipe,
  context: RecipeOptimizerContext,
): Optimizer {
  const { parameters } = context;
  const parts = assignGroups(parameters, recipe.groups)
    .filter(({ group }) => group?.untilEpoch !== 0)
    .flatMap((assigned) => createParts(assigned, recipe, context));
  return {
    state: parts.flatMap(({ rule }) => rule.state),
    apply(gradients) {
      tensorflow().tidy(() => {
        const gradientOf = new Map(
          parameters.map((parameter, index) => [parameter, gradients[index] as Tensor]),
        );
        const wanted = parts.map((part) =>
          part.parameters.map((parameter) => gradientOf.get(parameter) as Tensor),
        );
        const areTrained = parts.map((part) => isTrainedNow(part, context.iteration));
        const trained = wanted.map((each, index) => {
          const isTrained = areTrained[index];
          return isTrained ? each.map((gradient) => gradient.mul<Tensor>(isTrained)) : each;
        });
        const clipped = recipe.gradientClipping
          ? clipGradients(trained.flat(), recipe.gradientClipping)
          : trained.flat();
        parts.forEach((part, index) => {
          applyPart(part, clipped.splice(0, part.parameters.length), areTrained[index]);
        });
      });
    },
  };
}

/** A rule that is not made for all weights leaves the others to a second one. */
function createParts(
  { group, parameters }: AssignedGroup,
  recipe: OptimizerRecipe,
  context: RecipeOptimizerContext,
): Part[] {
  const { optimizer } = recipe;
  const others = 'others' in optimizer ? optimizer.others : undefined;
  const takes = findOptimizer(optimizer).takes ?? (() => true);
  const taken = parameters.filter(takes);
  const rest = parameters.filter((parameter) => !takes(parameter));
  const make = (options: OptimizerOptions, members: readonly Parameter[]): Part[] =>
    members.length === 0
      ? []
      : [
          {
            parameters: members,
            rule: createRule(members, { options, group, recipe, context }),
            untilStep:
              group?.untilEpoch && Math.round(group.untilEpoch * context.length.stepsPerEpoch),
          },
        ];
  return [...make(optimizer, taken), ...(others ? make(others, rest) : [])];
}

function createRule(
  parameters: readonly Parameter[],
  setting: {
    readonly options: OptimizerOptions;
    readonly group: ParameterGroup | undefined;
    readonly recipe: OptimizerRecipe;
    readonly context: RecipeOptimizerContext;
  },
): Optimizer {
  const { options, group, recipe, context } = setting;
  const { weightDecay, learningRateFactor = 1, schedule = recipe.schedule } = group ?? {};
  const rate = group?.learningRate ?? options.learningRate * learningRateFactor;
  const learningRate = createLearningRate(context, {
    ratio: rate / recipe.optimizer.learningRate,
    schedule,
  });
  const decayed = weightDecay === undefined ? options : { ...options, weightDecay };
  const weights = parameters.map(({ variable }) => variable);
  const { iteration } = context;
  return findOptimizer(options).create(decayed as never, { weights, iteration, learningRate });
}

/** Whatever reduces the optimiser's learning rate reduces all of them: they are multiples of it. */
function createLearningRate(
  { learningRate, iteration, length }: RecipeOptimizerContext,
  { ratio, schedule }: { readonly ratio: number; readonly schedule: Schedule | undefined },
): () => Tensor {
  const tf = tensorflow();
  if (!schedule) return ratio === 1 ? () => learningRate : () => learningRate.mul(ratio);
  const factors = computeFactors(schedule, length).map((factor) => factor * ratio);
  return () => {
    const factor = runKernel({
      name: 'Slice',
      attributes: { T: attribute.type('float32'), Index: attribute.type('int32') },
      inputs: [tf.tensor1d(factors), iteration.reshape([1]), tf.tensor1d([1], 'int32')],
    });
    return learningRate.mul(factor.reshape([]));
  };
}

/** Returns 1 or 0, float32; nothing for weights that are always trained. */
function isTrainedNow({ untilStep }: Part, iteration: Variable): Tensor | undefined {
  if (untilStep === undefined) return undefined;
  return iteration.less(tensorflow().scalar(untilStep, 'int32')).cast('float32');
}

function applyPart(part: Part, gradients: readonly Tensor[], isTrained: Tensor | undefined): void {
  const tf = tensorflow();
  if (!isTrained) {
    part.rule.apply(gradients);
    return;
  }
  const variables = part.parameters.map(({ variable }) => variable);
  const before = variables.map((variable) => variable.clone());
  part.rule.apply(gradients);
  variables.forEach((variable, index) => {
    variable.assign(tf.where(isTrained.cast('bool'), variable, before[index] as Tensor));
  });
}
