import { z } from 'zod';
import { gather } from '../graph/resident.js';
import { type Tensor, tensorflow } from '../graph/tensorflow.js';
import {
  type Adjustment,
  adjustmentFactor,
  adjustments,
  checkFactor,
  dialectOption,
  drawNumbers,
  numbersIn,
  requireColour,
} from './colour-adjustments.js';
import { type Factor, renderNumber } from './factor.js';
import { type Draw, defineStage, drawn, type Stage, type ValueRange } from './stage.js';
import { clippedRangeOption } from './value-range.js';

type Kind = keyof typeof adjustments;

/** In Keras' order of doing them, which is that of both libraries' arguments. */
const kinds = Object.keys(adjustments) as Kind[];

const factorOf = (kind: Kind) =>
  adjustmentFactor(adjustments[kind])
    .exactOptional()
    .describe(`As "factor" of random-${kind} with the same dialect; left out, nothing is changed.`);

/**
 * Changes brightness, contrast, saturation and hue of each image, each by a number of its own.
 * Formula: those of random-brightness, random-contrast, random-saturation and random-hue in the same dialect, one after the
 * other. A random order is the permutation of number floor(order), in lexicographic order.
 * Source: torchvision's ColorJitter, which draws an order in each call, and Keras' RandomColorJitter, whose order is fixed.
 */
export const colorJitter = defineStage({
  options: z
    .strictObject({
      name: z.literal('color-jitter'),
      brightness: factorOf('brightness'),
      contrast: factorOf('contrast'),
      saturation: factorOf('saturation'),
      hue: factorOf('hue'),
      dialect: dialectOption(
        'torchvision',
        'Factors are read as in random-brightness and so on; the order is random in torchvision, fixed in keras.',
      ),
      order: z
        .enum(['random', 'fixed'])
        .exactOptional()
        .describe(
          'What comes first: drawn for each image ("random"), or brightness, contrast, saturation, hue ("fixed"); left ' +
            'out, as in the dialect.',
        ),
      valueRange: clippedRangeOption,
    })
    .superRefine((options, context) => {
      for (const kind of kinds) checkFactor(adjustments[kind], kind)(options, context);
    })
    .refine((options) => kinds.some((kind) => options[kind] !== undefined), {
      error: 'needs at least one of "brightness", "contrast", "saturation" and "hue"',
    })
    .describe('Changes brightness, contrast, saturation and hue of each training image.')
    .meta({
      examples: [
        { name: 'color-jitter', brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1 },
        { name: 'color-jitter', brightness: 0.2, contrast: 0.2, valueRange: [0, 1] },
        { name: 'color-jitter', saturation: [0.4, 0.6], hue: 0.2, dialect: 'keras' },
      ],
    }),
  create(options) {
    const { dialect, valueRange } = options;
    const parts = kinds.flatMap((kind): Part[] => {
      const factor = options[kind];
      return factor === undefined
        ? []
        : [{ name: kind, factor, adjustment: adjustments[kind][dialect] }];
    });
    const order = options.order ?? (dialect === 'keras' ? 'fixed' : 'random');
    return createJitter(parts, { isOrdered: order === 'fixed' || parts.length === 1, valueRange });
  },
});

interface Part {
  readonly name: Kind;
  readonly factor: Factor;
  readonly adjustment: Adjustment;
}

interface JitterOptions {
  readonly isOrdered: boolean;
  readonly valueRange: ValueRange;
}

function createJitter(
  parts: readonly Part[],
  { isOrdered, valueRange }: JitterOptions,
): Omit<Stage, 'name'> {
  const orders = listOrders(parts.length);
  const steps = isOrdered ? parts.map((_, index) => index) : coveringSteps(parts.length);
  return {
    when: 'train',
    formula: `${parts.map((part) => renderPart(part, valueRange)).join('; ')}; ${isOrdered ? 'in this order' : 'in an order drawn for each image'}`,
    expects: valueRange,
    gives: (input) =>
      steps.reduce((range, step) => {
        const { adjustment, factor } = parts[step] as Part;
        return adjustment.gives(range, { bounds: adjustment.boundsOf(factor), valueRange });
      }, input),
    outputShape: requireColour,
    draw: (random, count) => ({
      ...(!isOrdered && {
        order: random.uniform('order', { shape: [count], low: 0, high: orders.length }),
      }),
      ...Object.assign({}, ...parts.map((part) => drawNumbers(random, count, part))),
    }),
    apply: (images, { draw }) =>
      tensorflow().tidy(() => {
        const numbers = parts.map(({ adjustment, name }) => numbersIn(draw, adjustment, name));
        const turns = isOrdered ? undefined : turnsIn(draw, orders, steps);
        return steps.reduce((current, step, place) => {
          const { adjustment } = parts[step] as Part;
          const own = numbers[step] as Tensor;
          const turn = turns?.[place];
          const used = turn
            ? tensorflow().where(turn, own, tensorflow().fill(own.shape, adjustment.identity))
            : own;
          return adjustment.apply(current, used, valueRange);
        }, images);
      }),
  };
}

function renderPart({ name, factor, adjustment }: Part, valueRange: ValueRange): string {
  const [low, high] = adjustment.boundsOf(factor);
  return `${name}: ${adjustment.formula(valueRange)}, f from ${renderNumber(low)} to ${renderNumber(high)}`;
}

/** Every order of the numbers below `count`, in lexicographic order. */
function listOrders(count: number): readonly (readonly number[])[] {
  const extend = (begun: readonly number[]): number[][] =>
    begun.length === count
      ? [[...begun]]
      : Array.from({ length: count }, (_, next) => next)
          .filter((next) => !begun.includes(next))
          .flatMap((next) => extend([...begun, next]));
  return extend([]);
}

/**
 * The shortest sequences that hold every order of 2, 3 and 4 things: an image does its steps where its own order comes by,
 * and nothing at the others. Of four, the last comes by least often: it is the hue, which costs most.
 */
const covering: Readonly<Record<number, readonly number[]>> = {
  2: [0, 1, 0],
  3: [0, 1, 2, 0, 1, 0, 2],
  4: [0, 1, 2, 3, 0, 1, 2, 0, 3, 1, 0, 2],
};

function coveringSteps(count: number): readonly number[] {
  return covering[count] ?? [0];
}

/** For each step the images whose order takes it there. Each of shape bool [N]. */
function turnsIn(
  draw: Draw,
  orders: readonly (readonly number[])[],
  steps: readonly number[],
): readonly Tensor[] {
  const tf = tensorflow();
  const takenSteps = orders.map((order) => {
    let next = 0;
    return steps.map((step) => (step === order[next] ? Number(++next > 0) : 0));
  });
  // A draw is below the number of orders; one that is given may be just that.
  const chosen = drawn(draw, 'order')
    .floor()
    .clipByValue(0, orders.length - 1)
    .cast('int32');
  const taken = gather(tf.tensor2d(takenSteps), chosen, 'float32');
  return tf.unstack(taken, 1).map((column) => column.greater(0));
}
