import { type Tensor, tensorflow } from '../graph/tensorflow.js';
import { betaQuantiles } from '../statistics/beta-quantiles.js';
import { type Dialect, drawLambda, lambdaShape, lookUp, type Mixing } from './mixing.js';
import { type Draw, drawn, type ImageShape, type RandomSource } from './stage.js';

/** From the first row or column of a box to before its end. Shape: [1] or [N]. */
interface Span {
  readonly first: Tensor;
  readonly end: Tensor;
}

/** Of a side of `size` pixels, a box of the share `ratio` of it about, or at, the place `share`. */
type BoxForm = (size: number, ratio: Tensor, share: Tensor) => Span;

/** Half the side is cut off to a whole number, so that sides are even until the border clips them. */
const even: BoxForm = (size, ratio, share) => {
  const half = ratio.mul(0.5 * size).floor();
  return clipped(size, { centre: centreOf(size, share), before: half, after: half });
};

/** The side is cut off to a whole number; of an odd one the larger half comes after the centre. */
const whole: BoxForm = (size, ratio, share) => {
  const side = ratio.mul(size).floor();
  const before = side.mul(0.5).floor();
  return clipped(size, { centre: centreOf(size, share), before, after: side.sub(before) });
};

/** All of it lies inside of the image; sides and corners are no whole numbers. */
const inside: BoxForm = (size, ratio, share) => {
  const side = ratio.mul(size);
  const first = share.mul(tensorflow().scalar(size).sub(side));
  return { first, end: first.add(side) };
};

const forms: Readonly<Record<Dialect, BoxForm>> = {
  torchvision: even,
  timm: whole,
  keras: inside,
  paper: even,
};

/** A share below 1 gives 0..size-1; 1 itself, which may be given, does too. */
function centreOf(size: number, share: Tensor): Tensor {
  return share
    .mul(size)
    .floor()
    .clipByValue(0, size - 1);
}

function clipped(
  size: number,
  { centre, before, after }: { centre: Tensor; before: Tensor; after: Tensor },
): Span {
  return { first: centre.sub(before).maximum(0), end: centre.add(after).minimum(size) };
}

/** Boxes in images. Shape: a box for all of them, or one each. */
export interface CutBox {
  readonly rows: Span;
  readonly columns: Span;
  /** 1 - the box' share of the image: what the image keeps. */
  readonly kept: Tensor;
}

/** Draws lambda, which 1 - lambda of an image are cut out by, and where. Shape: [1] or [count] each. */
export function drawBox(
  mixing: Mixing,
  random: RandomSource,
  { count, alpha, name }: { readonly count: number; readonly alpha: number; readonly name: string },
): Draw {
  const shape = lambdaShape(mixing, count);
  const uniform = (what: string) => random.uniform(what, { shape, low: 0, high: 1 });
  const draw = mixing.dialect === 'keras' ? drawLambdaOfDrawnAlpha : drawLambda;
  return {
    [name]: draw(random, name, { shape, alpha }),
    row: uniform('row'),
    column: uniform('column'),
  };
}

/** Alphas that stand for all between 0 and the largest, and the cells of the table of each. */
const [alphaCount, alphaCells] = [32, 256];

/** Draws alpha first, one for the batch, from 0 to the one given, as Keras does; it is one of 32 that lie evenly there. */
function drawLambdaOfDrawnAlpha(
  random: RandomSource,
  name: string,
  { shape, alpha }: { readonly shape: readonly number[]; readonly alpha: number },
): Tensor {
  const tf = tensorflow();
  return tf.tidy(() => {
    const tables = Array.from({ length: alphaCount }, (_, index) =>
      tf.tensor1d(betaQuantiles(((index + 0.5) / alphaCount) * alpha, alphaCells)),
    );
    const place = random.uniform('alpha', { shape: [], low: 0, high: alphaCount });
    const row = place.floor().clipByValue(0, alphaCount - 1);
    const places = random.uniform(name, { shape, low: 0, high: 1 });
    return lookUp(tf.concat(tables), places, { cells: alphaCells, row });
  });
}

/** Returns the boxes of a draw. Formula: sides of sqrt(1 - lambda) of the image's, as the dialect rounds and places them. */
export function boxOf(
  draw: Draw,
  { lambda, dialect }: { readonly lambda: Tensor; readonly dialect: Dialect },
  { height, width }: ImageShape,
): CutBox {
  const tf = tensorflow();
  const ratio = tf.scalar(1).sub(lambda).sqrt();
  const rows = forms[dialect](height, ratio, drawn(draw, 'row'));
  const columns = forms[dialect](width, ratio, drawn(draw, 'column'));
  const area = rows.end.sub(rows.first).mul(columns.end.sub(columns.first));
  return { rows, columns, kept: tf.scalar(1).sub(area.div(height * width)) };
}

/** Tells which values of a line of pixels lie in a box. Shape: span [m] to bool [m, size * channels]. */
export function isInSpan({ first, end }: Span, size: number, channels = 1): Tensor {
  const values = Float32Array.from({ length: size * channels }, (_, i) => Math.floor(i / channels));
  const places = tensorflow().tensor1d(values);
  return places.greaterEqual(first.reshape([-1, 1])).logicalAnd(places.less(end.reshape([-1, 1])));
}
