import type { FillMode, Sampling } from '../../src/stages/stage.js';

/** Height, width and channels are the image's; values are flat, HWC. */
export interface OracleImage {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly values: Float32Array;
}

const f = Math.fround;

/**
 * Resamples an image by an affine row in plain loops, each step rounded to float32 as TensorFlow rounds it.
 * Source: the formulas of the golden files' README.
 */
export function resample(
  image: OracleImage,
  row: readonly number[],
  sampling: Sampling,
): Float32Array {
  const { height, width, channels } = image;
  const [a0, a1, a2, b0, b1, b2] = row.map(f) as [number, number, number, number, number, number];
  const output = new Float32Array(image.values.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const column = mapCoordinate(f(f(f(a0 * x) + f(a1 * y)) + a2), width, sampling.fillMode);
      const line = mapCoordinate(f(f(f(b0 * x) + f(b1 * y)) + b2), height, sampling.fillMode);
      for (let c = 0; c < channels; c++) {
        const at = (yy: number, xx: number) => read(image, [yy, xx, c], sampling.fillValue);
        output[(y * width + x) * channels + c] =
          sampling.interpolation === 'nearest'
            ? at(roundAway(line), roundAway(column))
            : bilinear(at, line, column);
      }
    }
  }
  return output;
}

function mapCoordinate(c: number, n: number, mode: FillMode): number {
  if (mode === 'constant') return c;
  const last = n - 1;
  if (mode === 'reflect') c = reflect(c, n);
  if (mode === 'wrap') c = wrap(c, n);
  return Math.min(Math.max(c, 0), last);
}

function reflect(c: number, n: number): number {
  if (c >= 0 && c <= n - 1) return c;
  if (n <= 1) return 0;
  const s = 2 * n;
  if (c < 0) {
    const shifted = f(s * Math.trunc(f(-c / s)) + c);
    return shifted < -n ? f(shifted + s) : f(-shifted - 1);
  }
  const shifted = f(c - s * Math.trunc(f(c / s)));
  return shifted >= n ? f(s - shifted - 1) : shifted;
}

function wrap(c: number, n: number): number {
  if (c >= 0 && c <= n - 1) return c;
  if (n <= 1) return 0;
  const q = n - 1;
  return c < 0 ? f(c + n * (Math.trunc(f(-c / q)) + 1)) : f(c - n * Math.trunc(f(c / q)));
}

function bilinear(at: (y: number, x: number) => number, y: number, x: number): number {
  const [y0, x0] = [Math.floor(y), Math.floor(x)];
  const line = (yy: number) => f(f(f(x0 + 1 - x) * at(yy, x0)) + f(f(x - x0) * at(yy, x0 + 1)));
  return f(f(f(y0 + 1 - y) * line(y0)) + f(f(y - y0) * line(y0 + 1)));
}

function roundAway(value: number): number {
  return value >= 0 ? Math.floor(value + 0.5) : -Math.floor(-value + 0.5);
}

function read(
  { height, width, channels, values }: OracleImage,
  [y, x, c]: readonly [number, number, number],
  fillValue: number,
): number {
  const isInside = y >= 0 && y < height && x >= 0 && x < width;
  return isInside ? (values[(y * width + x) * channels + c] ?? NaN) : fillValue;
}
