import crc32 from 'crc-32';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Draws of one image, the same for the same name whatever was drawn for others. */
export interface RandomSource {
  /** Range: [0, 1). */
  uniform(): number;
  /** Of mean 0 and deviation 1. */
  normal(): number;
  /** A count of the given mean. Range of the mean: 0 to 1,000. */
  poisson(mean: number): number;
}

/** @param name All that the draws are to depend on, such as `seed/corruption/severity/image`. */
export function createRandomSource(name: string): RandomSource {
  const generator = xoroshiro128plus(crc32.str(name));
  const uniform = () => (generator.next() >>> 0) / 2 ** 32;
  let spare: number | undefined;
  /** Source: Marsaglia's polar method. */
  const normal = () => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    for (;;) {
      const [x, y] = [2 * uniform() - 1, 2 * uniform() - 1];
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(square)) / square);
      spare = y * factor;
      return x * factor;
    }
  };
  return {
    uniform,
    normal,
    poisson: (mean) => (mean < 10 ? drawSmallCount(uniform, mean) : drawCount(uniform, mean)),
  };
}

/** Source: Knuth's product of uniforms. */
function drawSmallCount(uniform: () => number, mean: number): number {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = uniform(); product > limit; product *= uniform()) count++;
  return count;
}

/** Source: Hörmann 1993, "The transformed rejection method for generating Poisson random variables" (PTRS), as in NumPy. */
function drawCount(uniform: () => number, mean: number): number {
  const [root, logMean] = [Math.sqrt(mean), Math.log(mean)];
  const b = 0.931 + 2.53 * root;
  const a = -0.059 + 0.02483 * b;
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  const accepted = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const [u, v] = [uniform() - 0.5, uniform()];
    const distance = 0.5 - Math.abs(u);
    const count = Math.floor(((2 * a) / distance + b) * u + mean + 0.43);
    if (distance >= 0.07 && v <= accepted) return count;
    if (count < 0 || (distance < 0.013 && v > distance)) continue;
    const bound = Math.log(v) + Math.log(inverseAlpha) - Math.log(a / distance ** 2 + b);
    if (bound <= count * logMean - mean - logFactorial(count)) return count;
  }
}

const logFactorials = [0];

function logFactorial(count: number): number {
  for (let n = logFactorials.length; n <= count; n++) {
    logFactorials.push((logFactorials[n - 1] as number) + Math.log(n));
  }
  return logFactorials[count] as number;
}
