import { z } from 'zod';
import { type Tensor, tensorflow } from '../graph/tensorflow.js';
import { selectImages, transformImages } from '../graph/transform-images.js';
import { createSamplingOptions } from './geometric-stage.js';
import { type Draw, defineStage, drawn, type ImageShape } from './stage.js';
import { includeInRange } from './value-range.js';

/** The image's corners, each with the sides (0: left, top; 1: right, bottom) that it lies at. */
const corners = {
  topLeft: [0, 0],
  topRight: [1, 0],
  bottomRight: [1, 1],
  bottomLeft: [0, 1],
} as const;

type Corner = keyof typeof corners;

/**
 * Looks at some images aslant: each corner moves inwards, by whole pixels.
 * Formula: a corner moves by floor(u (b + 1)) pixels in x and in y, u drawn from [0, 1), b = floor(distortion floor(n / 2)), n the
 * width or height; the projective map that takes the image's corner pixels there is applied to places counted from the
 * image's edge, so pixel k stands at k + 1/2.
 * Source: torchvision's RandomPerspective, with its defaults. A fill value is blended once at the border (torchvision: twice,
 * but for 0). Keras' layer of this name moves three corners, outwards too, by fractions of a pixel.
 */
export const randomPerspective = defineStage({
  options: z
    .strictObject({
      name: z.literal('random-perspective'),
      distortion: z
        .number()
        .min(0)
        .max(1)
        .default(0.5)
        .describe('How far corners move, as a share of half the width and half the height.'),
      probability: z.number().min(0).max(1).default(0.5).describe('The share of changed images.'),
      ...createSamplingOptions({ fillMode: 'constant', interpolation: 'bilinear' }),
    })
    .describe('Looks at some training images aslant.')
    .meta({ examples: [{ name: 'random-perspective', distortion: 0.3 }] }),
  create({ distortion, probability, ...sampling }) {
    const { fillMode, fillValue } = sampling;
    return {
      when: 'train',
      formula: `for ${probability} of the images each corner moves inwards by up to ${distortion} of half the size; outside: ${fillMode === 'constant' ? fillValue : fillMode}`,
      gives: (range) => (fillMode === 'constant' ? includeInRange(range, fillValue) : range),
      draw(random, count) {
        const options = { shape: [count], low: 0, high: 1 };
        const names = Object.keys(corners).flatMap((corner) => [`${corner}X`, `${corner}Y`]);
        const entries = ['change', ...names].map((name) => [name, random.uniform(name, options)]);
        return Object.fromEntries(entries) as Draw;
      },
      apply: (images, { draw }) =>
        tensorflow().tidy(() => {
          const [, height, width, channels] = images.shape;
          const quad = moveCorners(draw, { height, width, channels }, distortion);
          const rows = perspectiveRows(quad, { height, width, channels });
          const unchanged = tensorflow().tensor1d([1, 0, 0, 0, 1, 0, 0, 0]);
          // Corners on one line have no map: the image stays.
          const hasMap = rows.isFinite().all(1);
          const isChanged = drawn(draw, 'change').less(probability).logicalAnd(hasMap);
          const transforms = selectImages(isChanged, rows, unchanged.broadcastTo(rows.shape));
          return transformImages(images, transforms, sampling);
        }),
    };
  },
});

type Quad = Readonly<Record<Corner, readonly [x: Tensor, y: Tensor]>>;

function moveCorners(draw: Draw, { height, width }: ImageShape, distortion: number): Quad {
  const move = (name: string, size: number, side: 0 | 1): Tensor => {
    const bound = Math.floor(distortion * Math.floor(size / 2));
    const pixels = drawn(draw, name)
      .mul(bound + 1)
      .floor()
      .clipByValue(0, bound);
    return side === 0 ? pixels : pixels.neg().add(size - 1);
  };
  const entries = Object.entries(corners).map(([corner, [right, bottom]]) => [
    corner,
    [move(`${corner}X`, width, right), move(`${corner}Y`, height, bottom)],
  ]);
  return Object.fromEntries(entries) as Quad;
}

/**
 * The rows that an image transform takes, for images whose corner pixels are to land on a quadrangle's corners.
 * Formula: the map S from the unit square to the quadrangle (Heckbert 1989), its adjugate for the way back, scaled by the
 * size, about pixel (-1/2, -1/2). Shape: float32 [N, 8].
 */
function perspectiveRows(quad: Quad, { height, width }: ImageShape): Tensor {
  const square = squareToQuad(quad);
  const inverse = adjugate(square);
  const scaled = inverse.map((part, place) =>
    place < 3 ? part.mul(width - 1) : place < 6 ? part.mul(height - 1) : part,
  );
  const whole = scaled.map((part) => part.div(scaled[8] as Tensor));
  const [a0, a1, a2, b0, b1, b2, c0, c1] = whole as [Tensor, Tensor, Tensor, ...Tensor[]] as Eight;
  // Places counted from the edge instead of from the first pixel.
  const depth = c0.add(c1).mul(0.5).add(1);
  const shift = (x: Tensor, y: Tensor, z: Tensor) => x.add(y).mul(0.5).add(z);
  const half = (numerator: Tensor, denominator: Tensor) => numerator.sub(denominator.mul(0.5));
  const rows = [
    half(a0, c0),
    half(a1, c1),
    half(shift(a0, a1, a2), depth),
    half(b0, c0),
    half(b1, c1),
    half(shift(b0, b1, b2), depth),
    c0,
    c1,
  ];
  return tensorflow().stack(
    rows.map((part) => part.div(depth)),
    1,
  );
}

type Eight = [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor];
type Matrix = [...Eight, Tensor];

/** The projective map that takes (0, 0), (1, 0), (1, 1), (0, 1) to a quadrangle's corners; row by row. */
function squareToQuad({ topLeft, topRight, bottomRight, bottomLeft }: Quad): Matrix {
  const [[x0, y0], [x1, y1], [x2, y2], [x3, y3]] = [topLeft, topRight, bottomRight, bottomLeft];
  const sum = (a: Tensor, b: Tensor, c: Tensor, d: Tensor) => a.sub(b).add(c).sub(d);
  const [sx, sy] = [sum(x0, x1, x2, x3), sum(y0, y1, y2, y3)];
  const [dx1, dx2, dy1, dy2] = [x1.sub(x2), x3.sub(x2), y1.sub(y2), y3.sub(y2)];
  const cross = (a: Tensor, b: Tensor, c: Tensor, d: Tensor) => a.mul(b).sub(c.mul(d));
  const area = cross(dx1, dy2, dx2, dy1);
  const g = cross(sx, dy2, dx2, sy).div(area);
  const h = cross(dx1, sy, sx, dy1).div(area);
  const edge = (from: Tensor, to: Tensor, bend: Tensor) => to.sub(from).add(bend.mul(to));
  return [
    edge(x0, x1, g),
    edge(x0, x3, h),
    x0,
    edge(y0, y1, g),
    edge(y0, y3, h),
    y0,
    g,
    h,
    tensorflow().onesLike(g),
  ];
}

/** A matrix's inverse times its determinant: as a projective map, its inverse. */
function adjugate([a, b, c, d, e, f, g, h, i]: Matrix): Tensor[] {
  const minor = (p: Tensor, q: Tensor, r: Tensor, s: Tensor) => p.mul(q).sub(r.mul(s));
  return [
    minor(e, i, f, h),
    minor(c, h, b, i),
    minor(b, f, c, e),
    minor(f, g, d, i),
    minor(a, i, c, g),
    minor(c, d, a, f),
    minor(d, h, e, g),
    minor(b, g, a, h),
    minor(a, e, b, d),
  ];
}
