import { z } from 'zod';
import type { DeepReadonly } from '../deep-readonly.js';
import type { TrainedWeight } from '../models/model.js';
import { UserError } from '../user-error.js';
import { learningRateSchema, weightDecaySchema } from './optimizers/optimizer.js';
import type { Parameter } from './parameter.js';
import { scheduleSchema } from './schedule.js';

/** Weights that are trained in another way than the rest. */
export const parameterGroupSchema = z
  .strictObject({
    match: z
      .string()
      .min(1)
      .max(200)
      .describe(
        'Which weights: a kind of layer ("batch-normalization") or a layer\'s name ("conv2d_1"), and after a dot a kind of weight ("kernel", "bias", "gamma", "beta"); "*" stands for any text. "bias" takes in the beta of batch normalisation.',
      ),
    learningRate: learningRateSchema.exactOptional().describe("In place of the optimiser's."),
    learningRateFactor: z
      .number()
      .positive()
      .max(1e6)
      .exactOptional()
      .describe("What the optimiser's learning rate is multiplied by."),
    weightDecay: weightDecaySchema.exactOptional().describe("In place of the optimiser's."),
    untilEpoch: z
      .number()
      .min(0)
      .max(100_000)
      .exactOptional()
      .describe('Epochs after which the weights stay as they are; 0: from the beginning.'),
    schedule: scheduleSchema.exactOptional().describe("In place of the recipe's."),
  })
  .refine(
    ({ learningRate, learningRateFactor }) =>
      learningRate === undefined || learningRateFactor === undefined,
    { path: ['learningRateFactor'], error: 'must not stand beside learningRate' },
  );

export type ParameterGroup = DeepReadonly<z.output<typeof parameterGroupSchema>>;

/** Weights that are trained alike. */
export interface AssignedGroup<Weight extends TrainedWeight = Parameter> {
  /** Left out for the weights that no group matches. */
  readonly group?: ParameterGroup;
  readonly parameters: readonly Weight[];
}

/**
 * Gives each weight to the first group that matches it; what is left is a last group.
 * @throws UserError naming what there is, if a group matches nothing, or only what earlier groups took.
 */
export function assignGroups<Weight extends TrainedWeight>(
  parameters: readonly Weight[],
  groups: readonly ParameterGroup[] = [],
): AssignedGroup<Weight>[] {
  let left = parameters;
  const assigned = groups.map((group, index): AssignedGroup<Weight> => {
    const pattern = createPattern(group.match);
    const taken = left.filter(pattern);
    if (taken.length === 0) throw matchesNothing(index, group, parameters);
    left = left.filter((parameter) => !taken.includes(parameter));
    return { group, parameters: taken };
  });
  return left.length > 0 ? [...assigned, { parameters: left }] : assigned;
}

function createPattern(match: string): (parameter: TrainedWeight) => boolean {
  const dot = match.lastIndexOf('.');
  const layer = toRegExp(dot < 0 ? match : match.slice(0, dot));
  const part = toRegExp(dot < 0 ? '*' : match.slice(dot + 1));
  return (parameter) =>
    (layer.test(parameter.layer) || layer.test(parameter.kind)) &&
    // Frameworks differ in what they call the offset of batch normalisation.
    (part.test(parameter.part) || (parameter.part === 'beta' && part.test('bias')));
}

function toRegExp(glob: string): RegExp {
  const escaped = glob.replace(/[\\^$.|+?()[\]{}]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*')}$`, 's');
}

function matchesNothing(
  index: number,
  { match }: ParameterGroup,
  parameters: readonly TrainedWeight[],
): UserError {
  const isTaken = parameters.some(createPattern(match));
  const what = isTaken
    ? 'matches only weights that earlier groups match'
    : 'matches no trainable weight of the model';
  const names = [...new Set(parameters.map(({ kind, part }) => `${kind}.${part}`))];
  const layers = [...new Set(parameters.map(({ layer }) => layer))];
  return new UserError(`training.groups[${index}].match "${match}" ${what}.`, {
    hint: isTaken
      ? 'Put the narrower group first.'
      : `There are ${names.join(', ')}; the layers are ${layers.join(', ')}.`,
  });
}
