import { z } from 'zod';
import { gather } from '../graph/resident.js';
import { type Tensor, tensorflow } from '../graph/tensorflow.js';
import { betaQuantiles } from '../statistics/beta-quantiles.js';
import { type Draw, drawn, type RandomSource } from './stage.js';

/** What each library does where the options do not say: how many lambdas it draws, and whom an image is mixed with. */
const dialects = {
  torchvision: { lambda: 'batch', partner: 'roll' },
  timm: { lambda: 'batch', partner: 'flip' },
  keras: { lambda: 'image', partner: 'permutation' },
  paper: { lambda: 'batch', partner: 'permutation' },
} as const;

export type Dialect = keyof typeof dialects;

export const alphaOption = z.number().min(0.001).max(1000).exactOptional();

/** The options that all stages have which mix images. */
export const mixingOptions = {
  dialect: z
    .enum(['torchvision', 'timm', 'keras', 'paper'])
    .default('torchvision')
    .describe('Whose defaults are meant, and whose box.'),
  lambda: z
    .enum(['batch', 'image'])
    .exactOptional()
    .describe(
      'Whether all images of a batch share one lambda (and one box) or each has its own. Default: "image" for "keras", ' +
        'else "batch".',
    ),
  partner: z
    .enum(['roll', 'flip', 'permutation'])
    .exactOptional()
    .describe(
      'Whom an image is mixed with: the one before it in the batch ("roll", default for "torchvision"), the one at the ' +
        'other end ("flip", for "timm") or one by chance ("permutation", for "keras" and "paper").',
    ),
};

type MixingOptions = z.output<z.ZodObject<typeof mixingOptions>>;

/** Who is mixed with whom. */
export interface Mixing {
  readonly dialect: Dialect;
  readonly lambda: 'batch' | 'image';
  readonly partner: 'roll' | 'flip' | 'permutation';
}

/** Returns the options with the dialect's in place of those that are left out. */
export function resolveMixing({ dialect, lambda, partner }: MixingOptions): Mixing {
  const usual = dialects[dialect];
  return { dialect, lambda: lambda ?? usual.lambda, partner: partner ?? usual.partner };
}

/** Returns mixup's alpha, or the dialect's where it is left out. */
export function resolveMixupAlpha(alpha: number | undefined, { dialect }: Mixing): number {
  return alpha ?? (dialect === 'keras' ? 0.2 : 1);
}

/** Says what cutmix' lambda is drawn from, for people: in Keras alpha is drawn itself. */
export function describeCutmixLambda(alpha: number, { dialect }: Mixing): string {
  return dialect === 'keras' ? `Beta(a, a), a from 0 to ${alpha}` : `Beta(${alpha}, ${alpha})`;
}

const partners = {
  roll: 'the image before it in the batch',
  flip: 'the one at the other end of the batch',
  permutation: 'one of the batch by chance',
};

/** Says who is mixed with whom, for people. */
export function describeMixing({ lambda, partner }: Mixing): string {
  return `p ${partners[partner]}; one lambda for ${lambda === 'batch' ? 'the batch' : 'each image'}`;
}

/** How many numbers a draw needs of what is drawn with a lambda. */
export function lambdaShape({ lambda }: Mixing, count: number): [number] {
  return [lambda === 'batch' ? 1 : count];
}

/** Cells of a table of quantiles: a distribution function that is off by 1/2048 at most. */
const cells = 2048;

/** Draws lambdas from Beta(alpha, alpha), each by its place among the quantiles. Shape: [1] or [count]. */
export function drawLambda(
  random: RandomSource,
  name: string,
  { shape, alpha }: { readonly shape: readonly number[]; readonly alpha: number },
): Tensor {
  return tensorflow().tidy(() => {
    const place = random.uniform(name, { shape, low: 0, high: 1 });
    return lookUp(tensorflow().tensor1d(betaQuantiles(alpha, cells)), place, { cells });
  });
}

/**
 * Reads tables of quantiles, which lie one after the other, between two of their entries.
 * Range: places 0 to 1. Shape: places [N], row a scalar to [N].
 */
export function lookUp(
  tables: Tensor,
  places: Tensor,
  { cells: size, row }: { readonly cells: number; readonly row?: Tensor },
): Tensor {
  const tf = tensorflow();
  const scaled = places.mul(size);
  const cell = scaled.floor().clipByValue(0, size - 1);
  const first = (row ? cell.add(row.mul(size + 1)) : cell).cast('int32');
  const low = gather(tables, first, 'float32');
  const high = gather(tables, first.add(tf.scalar(1, 'int32')), 'float32');
  return low.add(high.sub(low).mul(scaled.sub(cell)));
}

/** Draws what tells the partner of each image, if that is chance. Shape: [count]. */
export function drawPartner({ partner }: Mixing, random: RandomSource, count: number): Draw {
  if (partner !== 'permutation') return {};
  return { partner: random.uniform('partner', { shape: [count], low: 0, high: 1 }) };
}

/**
 * Returns each image's partner, or each label's: of a permutation, image i gets the one whose number is the i-th largest.
 * Shape: [N, ...] to the same.
 */
export function takePartners<Values extends Tensor>(
  values: Values,
  { partner }: Mixing,
  draw: Draw,
): Values {
  const tf = tensorflow();
  const [count = 1] = values.shape;
  if (partner === 'flip') return values.reverse(0);
  if (partner === 'permutation') {
    const order = tf.topk(drawn(draw, 'partner') as Tensor, count).indices;
    return gather(values, order, 'float32') as Values;
  }
  const before = Int32Array.from({ length: count }, (_, image) => (image + count - 1) % count);
  return gather(values, tf.tensor1d(before, 'int32'), 'float32') as Values;
}

/** Formula: lambda x + (1 - lambda) p. Shape: x and p [N, ...], lambda [1] or [N]. */
export function blend<Values extends Tensor>(
  values: Values,
  others: Values,
  lambda: Tensor,
): Values {
  const share = lambda.reshape([-1, ...values.shape.slice(1).map(() => 1)]);
  const rest = tensorflow().scalar(1).sub(share);
  return values.mul(share).add(others.mul(rest));
}
