import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { DoneTrial } from '../../../src/results/result.js';
import { trialsOf } from './trials.js';

/**
 * How seeds move an accuracy. Of the baseline's full runs, two seeds lay 1 to 4 points apart, which a standard deviation
 * of 1.5 points gives. Shared weights and data order move both sides alike: `shared` of it.
 */
export interface Spread {
  readonly standardDeviation: number;
  /** Share of the variance that both sides of a seed have in common. Range: 0..1. */
  readonly shared: number;
}

/** Draws normal numbers of one seed. */
export function createNormal(seed: number): () => number {
  const generator = xoroshiro128plus(seed);
  const uniform = () => ((generator.next() >>> 0) + 0.5) / 2 ** 32;
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** Draws two arms of so many seeds around 70 %, the second moved by a difference, on 10,000 test images. */
export function drawArms(
  normal: () => number,
  options: { readonly seeds: number; readonly difference: number; readonly spread: Spread },
): readonly [DoneTrial[], DoneTrial[]] {
  const { seeds, difference, spread } = options;
  const common = Array.from({ length: seeds }, normal);
  const draw = (mean: number) =>
    common.map((shared) => {
      const own = Math.sqrt(1 - spread.shared) * normal();
      const moved = spread.standardDeviation * (Math.sqrt(spread.shared) * shared + own);
      return Math.round(1e4 * (mean + moved)) / 1e4;
    });
  return [trialsOf(draw(0.7)), trialsOf(draw(0.7 + difference))];
}
