import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { type Tensor, tensorflow } from '../graph/tensorflow.js';
import { UserError } from '../user-error.js';
import { applyGroup, drawNested, fitNested, mixLabels } from './nested-stages.js';
import {
  createFrom,
  type Draw,
  defineStage,
  drawn,
  type ImageShape,
  type RandomSource,
  type Stage,
  type StageDefinition,
  type ValueRange,
} from './stage.js';
import { groupStages, type StageGroup } from './stage-groups.js';
import { joinRanges } from './value-range.js';

/** A stage as experiment files write it, with all defaults filled in. */
export interface NestedOptions {
  readonly name: string;
  readonly [option: string]: unknown;
}

/** What {@link createChoose} needs to know of the stages that it may hold. */
export interface StageKinds {
  /** The schema of one stage of any kind, `choose` among them. */
  schema(): z.ZodType<NestedOptions>;
  find(name: string): StageDefinition;
}

const picks = ['one', 'some', 'each'] as const;

/**
 * Creates the stage that does to each image one, some or each of other stages, chosen by chance.
 * Formula: `one`: the stage whose share of the weights `choice` falls into, with choice drawn from [0, 1). `some`: the `count` stages
 * with the lowest of the draws order<i>, in the order listed. `each`: those with order<i> < their probability.
 */
export function createChoose(kinds: StageKinds) {
  return defineStage({
    options: z
      .strictObject({
        name: z.literal('choose'),
        pick: z
          .enum(picks)
          .default('one')
          .describe(
            'What an image gets: "one" of the stages, "some" of them (count), or "each" with a probability of its own.',
          ),
        stages: z
          .array(z.lazy(() => kinds.schema()))
          .min(1)
          .max(100)
          .describe('The stages to choose from: those for training images alone.'),
        count: z
          .int()
          .min(1)
          .max(100)
          .exactOptional()
          .describe(
            'How many stages an image gets with "some"; all different, in the order listed.',
          ),
        probability: z
          .union([z.number().min(0).max(1), z.array(z.number().min(0).max(1)).min(1).max(100)])
          .exactOptional()
          .describe(
            'With "each": how probable a stage is, or one number for each stage. Default: 0.5.',
          ),
        weights: z
          .array(z.number().min(0))
          .min(1)
          .max(100)
          .exactOptional()
          .describe(
            'With "one": how often each stage is taken, against the others. Default: alike.',
          ),
      })
      .superRefine(refuseContradictions)
      .describe('Does to each training image one, some or each of other stages, by chance.')
      .meta({
        examples: [
          {
            name: 'choose',
            stages: [
              { name: 'random-flip', mode: 'horizontal' },
              { name: 'cutout', size: 8 },
            ],
          },
          {
            name: 'choose',
            pick: 'each',
            probability: [0.5, 0.2],
            stages: [
              { name: 'random-rotation', factor: 0.1 },
              { name: 'random-brightness', factor: 0.2 },
            ],
          },
        ],
      }),
    create({ pick, stages: nested, ...options }) {
      const stages = nested.map((inner) => createFrom(kinds.find(inner.name), inner));
      const chance = createChance(pick, stages.length, options);
      const placed = stages.map((stage, index) => ({ stage, index }));
      // Only one of them acts on an image: composed with maps that change nothing it is what it is alone.
      const groups = pick === 'one' ? groupStages(placed, 'once') : placed.map(alone);
      // A stage that mixes images must then not see what another one made of its neighbours.
      const givenTo = <Batch extends Tensor>(whole: Batch) => (pick === 'one' ? whole : undefined);
      return {
        when: 'train',
        formula: `${chance.formula}: ${stages.map(({ name, formula }) => formula ?? name).join(' | ')}`,
        ...findExpected(stages),
        traps: (image) => stages.flatMap((stage) => stage.traps?.(image) ?? []),
        ...(stages.some(({ fit }) => fit) && { fit: (images) => fitNested(stages, images) }),
        gives: (range) =>
          stages.reduce((reached, stage) => {
            const before = pick === 'one' ? range : reached;
            return joinRanges(reached, stage.gives(before));
          }, range),
        outputShape(image) {
          requireStages(stages, image);
          return image;
        },
        draw: (random, count, batch) => ({
          ...chance.draw(random, count),
          ...drawNested(stages, random, { count, batch }),
        }),
        apply: (images, { draw, fitted }) =>
          tensorflow().tidy(() => {
            const choice = { draw, fitted, flags: chance.flags(draw), given: givenTo(images) };
            return groups.reduce((now, group) => applyGroup(now, group, choice), images);
          }),
        ...(stages.some(({ applyToLabels }) => applyToLabels) && {
          applyToLabels: (labels, { draw, fitted, imageShape }) =>
            tensorflow().tidy(() =>
              mixLabels(labels, placed, {
                draw,
                fitted,
                imageShape,
                flags: chance.flags(draw),
                given: givenTo(labels),
              }),
            ),
        }),
      };
    },
  });
}

interface Chances {
  readonly count?: number;
  readonly probability?: number | readonly number[];
  readonly weights?: readonly number[];
}

/** The option that says how often, for each way to pick. */
const chanceOf = { one: 'weights', some: 'count', each: 'probability' } as const;

function refuseContradictions(
  options: Chances & { readonly pick: (typeof picks)[number]; readonly stages: readonly unknown[] },
  context: z.RefinementCtx,
): void {
  const { pick, stages } = options;
  const refuse = (key: string, message: string) =>
    context.addIssue({ code: 'custom', path: [key], message });
  for (const [other, key] of Object.entries(chanceOf)) {
    if (other !== pick && options[key] !== undefined) {
      refuse(key, `must be left out with "pick": "${pick}"; it belongs to "${other}"`);
    }
  }
  if (pick === 'some' && options.count === undefined) refuse('count', 'is required with "some"');
  if ((options.count ?? 0) > stages.length) {
    refuse('count', `must be at most ${stages.length}, the number of stages`);
  }
  for (const key of ['probability', 'weights'] as const) {
    const given = options[key];
    if (Array.isArray(given) && given.length !== stages.length) {
      refuse(key, `must have ${stages.length} numbers, one a stage, received ${given.length}`);
    }
  }
  if (options.weights?.every((weight) => weight === 0)) {
    refuse('weights', 'must have a number above 0');
  }
}

/** Who gets what. */
interface Chance {
  readonly formula: string;
  draw(random: RandomSource, count: number): Draw;
  /** Which images get each stage. Shape: bool [N], one a stage. */
  flags(draw: Draw): Tensor[];
}

function createChance(
  pick: (typeof picks)[number],
  size: number,
  { count = 1, probability = 0.5, weights }: Chances,
): Chance {
  if (pick === 'one') return chooseOne(weights ?? Array<number>(size).fill(1));
  const places = Array.from({ length: size }, (_, place) => place);
  const draw = (random: RandomSource, images: number): Draw => {
    const options = { shape: [images], low: 0, high: 1 };
    const entries = places.map((place) => [
      `order${place}`,
      random.uniform(`order${place}`, options),
    ]);
    return Object.fromEntries(entries) as Draw;
  };
  const orders = (drawing: Draw) => places.map((place) => drawn(drawing, `order${place}`));
  if (pick === 'each') {
    const shares = places.map((place) =>
      typeof probability === 'number' ? probability : (probability[place] as number),
    );
    return {
      formula: `each with a probability of ${shares.join(', ')}`,
      draw,
      flags: (drawing) =>
        orders(drawing).map((order, place) => order.less(shares[place] as number)),
    };
  }
  return {
    formula: `${count} of ${size}`,
    draw,
    flags: (drawing) => lowestOf(orders(drawing), count),
  };
}

function chooseOne(weights: readonly number[]): Chance {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const ends = weights.map(
    (_, place) => weights.slice(0, place + 1).reduce((sum, weight) => sum + weight, 0) / total,
  );
  return {
    formula: `one of ${weights.length}`,
    draw: (random, count) => ({
      choice: random.uniform('choice', { shape: [count], low: 0, high: 1 }),
    }),
    flags(draw) {
      const choice = drawn(draw, 'choice');
      const isBelow = ends.map((end) => choice.less(end));
      return isBelow.map((flag, place) => {
        const before = isBelow[place - 1];
        return before ? flag.logicalAnd(before.logicalNot()) : flag;
      });
    },
  };
}

/** Flags of the `count` lowest in each column of numbers; of equal ones the first. Shape: float32 [N] to bool [N] each. */
function lowestOf(numbers: readonly Tensor[], count: number): Tensor[] {
  return numbers.map((number, place) => {
    const isLower = numbers.flatMap((other, index) => {
      if (index === place) return [];
      return [(index < place ? other.lessEqual(number) : other.less(number)).cast('float32')];
    });
    if (isLower.length === 0) return tensorflow().onesLike(number).cast('bool');
    return tensorflow().addN(isLower).less(count);
  });
}

function alone(member: StageGroup['members'][number]): StageGroup {
  return { members: [member] };
}

/** The range that all stages with an expectation expect; none where they do not agree. */
function findExpected(stages: readonly Stage[]): { readonly expects?: ValueRange } {
  const expected = stages.flatMap(({ expects }) => (expects ? [expects] : []));
  const [first, ...others] = expected;
  const agree = first && others.every(([low, high]) => low === first[0] && high === first[1]);
  return agree ? { expects: first } : {};
}

/** @throws UserError for a stage that cannot act on some images only, or not on images of this shape. */
function requireStages(stages: readonly Stage[], image: ImageShape): void {
  for (const [place, stage] of stages.entries()) {
    const isKept = isDeepStrictEqual(stage.outputShape?.(image) ?? image, image);
    if (stage.when === 'train' && isKept) continue;
    const reason = isKept ? 'runs on all images' : 'changes the size of the images';
    throw new UserError(
      `Stage "choose" must have stages for training images alone, received "${stage.name}" (stages[${place}]), which ${reason}.`,
      { hint: 'put it before or after "choose".' },
    );
  }
}
