import { z } from 'zod';
import { adjustColours, colourKinds } from '../graph/adjust-colours.js';
import { hasOwnKernels } from '../graph/own-kernels.js';
import { gather } from '../graph/resident.js';
import { type Tensor, type Tensor4D, tensorflow } from '../graph/tensorflow.js';
import { adjustmentFactor, checkFactor, drawNumbers, numbersIn } from './adjustment-stage.js';
import {
  type Adjustment,
  adjustments,
  type Dialect,
  dialectOption,
  onLevels,
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
      alsoCalled: [
        'ColourJitter',
        'RandomColorJitter',
        'RandomJitter',
        'jitter',
        'random-jitter',
        'RandomPhotometricDistort',
        'photometric-distortion',
      ],
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
    return createJitter(parts, {
      dialect,
      orders: order === 'fixed' ? [parts.map((_, place) => place)] : listOrders(parts.length),
      valueRange,
    });
  },
});

interface Part {
  readonly name: Kind;
  readonly factor: Factor;
  readonly adjustment: Adjustment;
}

/** The places of the parts, in the order in which they are done. */
type Order = readonly number[];

interface JitterOptions {
  readonly dialect: Dialect;
  /** One that all images have, or all those that are drawn from. */
  readonly orders: readonly Order[];
  readonly valueRange: ValueRange;
}

function createJitter(
  parts: readonly Part[],
  { dialect, orders, valueRange }: JitterOptions,
): Omit<Stage, 'name'> {
  const isDrawn = orders.length > 1;
  return {
    when: 'train',
    formula: `${parts.map((part) => renderPart(part, valueRange)).join('; ')}; ${isDrawn ? 'in an order drawn for each image' : 'in this order'}`,
    expects: valueRange,
    // Of several orders, what each part can reach from what any of them left.
    gives: (input) =>
      orders.flat().reduce((range, place) => {
        const { adjustment, factor } = parts[place] as Part;
        return adjustment.gives(range, { bounds: adjustment.boundsOf(factor), valueRange });
      }, input),
    outputShape: requireColour,
    draw: (random, count) => ({
      ...(isDrawn && {
        order: random.uniform('order', { shape: [count], low: 0, high: orders.length }),
      }),
      ...Object.assign({}, ...parts.map((part) => drawNumbers(random, count, part))),
    }),
    apply: (images, { draw }) =>
      tensorflow().tidy(() => {
        const drawnParts = parts.map((part) => ({
          ...part,
          numbers: numbersIn(draw, part.adjustment, part.name),
        }));
        const chosen = chooseOrders(draw, orders, images.shape[0]);
        return dialect === 'torchvision' && hasOwnKernels()
          ? applyInOneGo(images, drawnParts, { orders, chosen, valueRange })
          : applyInSteps(images, drawnParts, { orders, chosen, valueRange });
      }),
  };
}

interface DrawnPart extends Part {
  /** Shape: float32 [N]. */
  readonly numbers: Tensor;
}

interface ChosenOrders {
  readonly orders: readonly Order[];
  /** Which of them each image has. Shape: int32 [N]. */
  readonly chosen: Tensor;
  readonly valueRange: ValueRange;
}

function chooseOrders(draw: Draw, orders: readonly Order[], count: number): Tensor {
  if (orders.length === 1) return tensorflow().zeros([count], 'int32');
  // A draw is below the number of orders; one that is given may be just that.
  return drawn(draw, 'order')
    .floor()
    .clipByValue(0, orders.length - 1)
    .cast('int32');
}

/** Lets the kernel go through each image's own order. */
function applyInOneGo(
  images: Tensor4D,
  parts: readonly DrawnPart[],
  { orders, chosen, valueRange }: ChosenOrders,
): Tensor4D {
  const tf = tensorflow();
  const size = parts.length;
  const kindsInOrder = orders.map((order) =>
    order.map((place) => colourKinds.indexOf((parts[place] as Part).name)),
  );
  const isAt = orders.map((order) =>
    order.flatMap((place) => parts.map((_, part) => Number(part === place))),
  );
  const kinds = gather(tf.tensor2d(kindsInOrder, undefined, 'float32'), chosen, 'float32');
  const places = gather(tf.tensor2d(isAt, undefined, 'float32'), chosen, 'float32');
  const numbers = tf.stack(
    parts.map((part) => part.numbers),
    1,
  );
  const inOrder = places.reshape([-1, size, size]).mul(numbers.expandDims(1)).sum(2);
  return onLevels(images, valueRange, (levels) =>
    adjustColours(levels, { kinds, numbers: inOrder }),
  );
}

/**
 * Takes all images through a sequence of parts that holds every order: an image does a part where its own order comes by, and
 * nothing at the other places.
 */
function applyInSteps(
  images: Tensor4D,
  parts: readonly DrawnPart[],
  { orders, chosen, valueRange }: ChosenOrders,
): Tensor4D {
  const tf = tensorflow();
  const steps = orders.length === 1 ? (orders[0] as Order) : (covering[parts.length] as Order);
  const takenSteps = orders.map((order) => {
    let next = 0;
    return steps.map((step) => (step === order[next] ? Number(++next > 0) : 0));
  });
  const taken = gather(tf.tensor2d(takenSteps, undefined, 'float32'), chosen, 'float32');
  const turns = tf.unstack(taken, 1).map((column) => column.greater(0));
  return steps.reduce((current, step, place) => {
    const { adjustment, numbers } = parts[step] as DrawnPart;
    const nothing = tf.fill(numbers.shape, adjustment.identity);
    const used = tf.where(turns[place] as Tensor, numbers, nothing);
    return adjustment.apply(current, used, valueRange);
  }, images);
}

/** The shortest sequences that hold every order of 2, 3 and 4 things. Of four, the last comes by least often: the hue. */
const covering: Readonly<Record<number, Order>> = {
  2: [0, 1, 0],
  3: [0, 1, 2, 0, 1, 0, 2],
  4: [0, 1, 2, 3, 0, 1, 2, 0, 3, 1, 0, 2],
};

function renderPart({ name, factor, adjustment }: Part, valueRange: ValueRange): string {
  const [low, high] = adjustment.boundsOf(factor);
  return `${name}: ${adjustment.formula(valueRange)}, f from ${renderNumber(low)} to ${renderNumber(high)}`;
}

/** Every order of the numbers below `count`, in lexicographic order. */
function listOrders(count: number): readonly Order[] {
  const extend = (begun: readonly number[]): number[][] =>
    begun.length === count
      ? [[...begun]]
      : Array.from({ length: count }, (_, next) => next)
          .filter((next) => !begun.includes(next))
          .flatMap((next) => extend([...begun, next]));
  return extend([]);
}
