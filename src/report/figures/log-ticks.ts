/** So many lines tell the values of a curve. */
const fewest = 3;

/**
 * Returns where a logarithmic axis has lines: powers of ten, with 2 and 5 between them on a shorter axis, and even steps
 * on one that is shorter still. d3 draws up to nine lines a power.
 */
export function createLogTicks([low, high]: readonly [number, number]): number[] {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const powers = Array.from({ length: last - first + 1 }, (_, at) => 10 ** (first + at));
  for (const factors of [[1], [1, 2, 5]]) {
    const ticks = powers.flatMap((power) => factors.map((factor) => factor * power));
    const shown = ticks.filter((tick) => tick >= low && tick <= high);
    if (shown.length >= fewest) return shown;
  }
  return createEvenTicks(low, high);
}

function createEvenTicks(low: number, high: number): number[] {
  const rough = (high - low) / fewest;
  if (!(rough > 0)) return [low];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].findLast((factor) => factor * power <= rough) ?? 1);
  const count = Math.floor(high / step) - Math.ceil(low / step) + 1;
  // Through its text: 3 times 0.1 would be 0.30000000000000004.
  return Array.from({ length: count }, (_, at) =>
    Number(((Math.ceil(low / step) + at) * step).toPrecision(6)),
  );
}
