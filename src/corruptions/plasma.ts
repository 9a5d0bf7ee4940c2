/** Counts the draws that a map of so many pixels a side takes: one for each pixel but the first. */
export function plasmaDrawCount(side: number): number {
  return side * side - 1;
}

/** Returns the smallest power of two that is no smaller. */
export function plasmaSide(length: number): number {
  return 2 ** Math.ceil(Math.log2(length));
}

/**
 * Makes a map of heights by the diamond-square algorithm.
 * Shape: [side, side], side a power of two. Range: 0..1, both reached.
 * Formula: a middle is the mean of its four neighbours + w^2 u, u the next draw; w from 100, divided by `decay` with each
 * halving of the steps. The square is the reference's.
 * Source: plasma_fractal of the reference.
 * @param uniform In -1 to 1, in the order of use.
 */
export function plasma(side: number, decay: number, uniform: ArrayLike<number>): Float64Array {
  const map = new Float64Array(side * side);
  let used = 0;
  let wibble = 100;
  const read = (y: number, x: number) => map[(y % side) * side + (x % side)] as number;
  for (let step = side; step >= 2; step /= 2, wibble /= decay) {
    const half = step / 2;
    const fill = (firstY: number, firstX: number, sum: (y: number, x: number) => number) => {
      for (let y = firstY; y < side; y += step) {
        for (let x = firstX; x < side; x += step) {
          map[y * side + x] = sum(y, x) / 4 + wibble * wibble * (uniform[used++] ?? 0);
        }
      }
    };
    const aside = (y: number, x: number) => read(y, x + side - half) + read(y, x + half);
    const upright = (y: number, x: number) => read(y + side - half, x) + read(y + half, x);
    fill(half, half, (y, x) => aside(y + side - half, x) + aside(y + half, x));
    fill(0, half, (y, x) => aside(y, x) + upright(y, x));
    fill(half, 0, (y, x) => aside(y, x) + upright(y, x));
  }
  const lowest = map.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const highest = map.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  return map.map((value) => (value - lowest) / (highest - lowest));
}
