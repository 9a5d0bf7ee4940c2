import type { Tensor4D } from '../../src/graph/tensorflow.js';

/** An image of one channel, row by row: small enough to check by eye. */
export type Rows = readonly (readonly number[])[];

/** Makes images [N, H, W, 1] of rows. */
export function fromRows(...images: readonly Rows[]): number[][][][] {
  return images.map((rows) => rows.map((row) => row.map((value) => [value])));
}

/** Returns the images of a tensor [N, H, W, 1] as rows, each number rounded to 4 decimals. */
export function toRows(images: Tensor4D): number[][][] {
  const nested = images.arraySync();
  return nested.map((rows) => rows.map((row) => row.map(([value = NaN]) => round(value))));
}

function round(value: number): number {
  // Adding 0 turns -0 into 0.
  return Math.round(value * 1e4) / 1e4 + 0;
}
