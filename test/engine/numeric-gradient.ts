/** A float64 function of one array of numbers. */
export type Scalar = (x: readonly number[]) => number;

/** Returns the slope of a function in each direction, by central differences. */
export function numericGradient(f: Scalar, x: readonly number[], width = 1e-5): number[] {
  return x.map((value, index) => {
    const at = (shifted: number) => f(x.with(index, shifted));
    return (at(value + width) - at(value - width)) / (2 * width);
  });
}

/** Returns the weighted sum: what a gradient with these weights as `dy` is the slope of. */
export function weigh(values: readonly number[], weights: readonly number[]): number {
  return values.reduce((sum, value, index) => sum + value * (weights[index] ?? 0), 0);
}

/** Returns numbers that look random, are between -1 and 1, and are the same every time. */
export function someNumbers(count: number, seed = 1): number[] {
  return Array.from({ length: count }, (_, index) => Math.sin((index + 1) * 12.9898 * seed) % 1);
}

/** Returns the greatest absolute value. */
export function largestOf(values: readonly number[]): number {
  return values.reduce((worst, value) => Math.max(worst, Math.abs(value)), 0);
}
