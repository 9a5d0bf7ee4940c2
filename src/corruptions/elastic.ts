import { at, defineCorruption, drawValues } from './corruption.js';
import { gaussianFilter } from './gaussian-filter.js';
import {
  float32ToBytes,
  mirror,
  type PixelShape,
  reflect,
  toUnit32,
  type Values,
} from './image.js';

/** In shares of the image's side: how far pixels move, how smoothly, and how far the corners do. */
const settings = [
  { distance: 0, sigma: 0, corners: 0.08 },
  { distance: 0.05, sigma: 0.2, corners: 0.07 },
  { distance: 0.08, sigma: 0.06, corners: 0.06 },
  { distance: 0.1, sigma: 0.04, corners: 0.05 },
  { distance: 0.1, sigma: 0.03, corners: 0.03 },
];

/** Range: -1 to 1. */
export interface ElasticDraws {
  /** x and y of three corners. */
  readonly corners: ArrayLike<number>;
  readonly right: ArrayLike<number>;
  readonly down: ArrayLike<number>;
}

/** An affine map that moves three points at random, then a smooth field of displacements; at severity 1 the map alone. */
export const elasticTransform = defineCorruption<ElasticDraws>({
  name: 'elastic-transform',
  family: 'digital',
  draw(random, { height, width }) {
    const draw = (length: number) => drawValues(length, () => 2 * random.uniform() - 1);
    return { corners: draw(6), right: draw(height * width), down: draw(height * width) };
  },
  apply(image, severity, draws) {
    const { height, width } = image;
    const side = Math.min(height, width);
    const { distance, sigma, corners } = at(settings, severity);
    const values = toUnit32(image);
    const warped = warp(values, image, cornerMap(image, draws.corners, corners * side));
    const field = (draw: ArrayLike<number>) =>
      gaussianFilter(
        new Float64Array(draw),
        { height, width, channels: 1 },
        {
          sigma: sigma * side,
          truncate: 3,
          border: 'mirror',
        },
      ).map((value) => Math.fround(value * distance * side));
    const [right, down] = [field(draws.right), field(draws.down)];
    const moved = resample(warped, image, {
      row: (y, x) => y + (down[y * width + x] as number),
      column: (y, x) => x + (right[y * width + x] as number),
      border: mirror,
    });
    return float32ToBytes(moved);
  },
});

/** Maps a pixel's x and y to the source's. Formula: x' = a x + b y + c, y' = d x + e y + f. */
type AffineMap = readonly [number, number, number, number, number, number];

/** The map that undoes the one of three points to where they are moved, as cv2.warpAffine applies it. */
function cornerMap(
  { height, width }: PixelShape,
  draws: ArrayLike<number>,
  reach: number,
): AffineMap {
  const [middleY, middleX] = [Math.floor(height / 2), Math.floor(width / 2)];
  const third = Math.floor(Math.min(height, width) / 3);
  // The reference takes rows and columns alike, as its images are square.
  const points = [
    [middleY + third, middleX + third],
    [middleY + third, middleX - third],
    [middleY - third, middleX - third],
  ] as const;
  const moved = points.map((point, index) =>
    point.map((value, axis) => {
      const move = Math.fround((draws[2 * index + axis] ?? 0) * reach);
      return Math.fround(value + move);
    }),
  ) as unknown as readonly (readonly [number, number])[];
  return solveMap(moved, points);
}

/** Solves for the map from three points to three others, by Cramer's rule. */
function solveMap(
  from: readonly (readonly [number, number])[],
  to: readonly (readonly [number, number])[],
): AffineMap {
  const [[x0, y0], [x1, y1], [x2, y2]] = from as [
    [number, number],
    [number, number],
    [number, number],
  ];
  const determinant = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0);
  const rows = [0, 1].map((axis) => {
    const [v0, v1, v2] = to.map((point) => point[axis]) as [number, number, number];
    const byX = ((v1 - v0) * (y2 - y0) - (v2 - v0) * (y1 - y0)) / determinant;
    const byY = ((x1 - x0) * (v2 - v0) - (x2 - x0) * (v1 - v0)) / determinant;
    return [byX, byY, v0 - byX * x0 - byY * y0];
  });
  return rows.flat() as unknown as AffineMap;
}

function warp(values: Float32Array, shape: PixelShape, [a, b, c, d, e, f]: AffineMap) {
  return resample(values, shape, {
    row: (y, x) => d * x + e * y + f,
    column: (y, x) => a * x + b * y + c,
    border: reflect,
  });
}

/** Reads each pixel between others, bilinearly; the result is float32. */
function resample(
  values: Values,
  { height, width, channels }: PixelShape,
  how: {
    /** Where a pixel is read. */
    row(y: number, x: number): number;
    column(y: number, x: number): number;
    border(at: number, length: number): number;
  },
): Float32Array {
  const { row, column, border } = how;
  const result = new Float32Array(values.length);
  for (let y = 0, index = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [atY, atX] = [row(y, x), column(y, x)];
      const [top, left] = [Math.floor(atY), Math.floor(atX)];
      const [down, across] = [atY - top, atX - left];
      const [above, below] = [border(top, height) * width, border(top + 1, height) * width];
      const [near, far] = [border(left, width), border(left + 1, width)];
      const [topLeft, topRight] = [(above + near) * channels, (above + far) * channels];
      const [lowLeft, lowRight] = [(below + near) * channels, (below + far) * channels];
      for (let c = 0; c < channels; c++, index++) {
        const upper =
          (1 - across) * (values[topLeft + c] as number) +
          across * (values[topRight + c] as number);
        const lower =
          (1 - across) * (values[lowLeft + c] as number) +
          across * (values[lowRight + c] as number);
        result[index] = (1 - down) * upper + down * lower;
      }
    }
  }
  return result;
}
