import { normalCdf, normalQuantile, tQuantile } from './distributions.js';

/** A share of four in five is the custom. */
const usualPower = 0.8;

/** More seeds than this nobody trains: the search for a number ends here. */
const largestCount = 10_000;

/** A difference that is to be found, and what hides it. */
export interface Search {
  /** The true difference. */
  readonly difference: number;
  /** Of the differences of pairs, or of each group's values. */
  readonly standardDeviation: number;
  /** Probability of a false alarm, two-sided. */
  readonly alpha?: number;
  /** Probability of finding the difference. */
  readonly power?: number;
}

/** Returns the probability with which a paired t test over so many pairs finds the difference. */
export function computePairedPower(
  count: number,
  { difference, standardDeviation, alpha = 0.05 }: Search,
): number {
  const shift = (Math.abs(difference) / standardDeviation) * Math.sqrt(count);
  return computeTPower(shift, { freedom: count - 1, alpha });
}

/** Returns the probability with which a t test of two groups of so many values each finds the difference. */
export function computeGroupPower(
  count: number,
  { difference, standardDeviation, alpha = 0.05 }: Search,
): number {
  const shift = (Math.abs(difference) / standardDeviation) * Math.sqrt(count / 2);
  return computeTPower(shift, { freedom: 2 * count - 2, alpha });
}

/** Returns how many pairs find the difference; nothing if not even 10,000 do. */
export function computeNeededPairs(search: Search): number | undefined {
  return findCount({ ...search, samples: 1 }, computePairedPower);
}

/** Returns how many values each of two groups needs to find the difference; nothing if not even 10,000 do. */
export function computeNeededPerGroup(search: Search): number | undefined {
  return findCount({ ...search, samples: 2 }, computeGroupPower);
}

/**
 * Returns about how many images McNemar's test needs to find a difference of accuracies, by the normal approximation.
 * `discordantRate`: share of the images that only one of both sides gets right.
 */
export function computeNeededImages(
  discordantRate: number,
  { difference, alpha = 0.05, power = usualPower }: Omit<Search, 'standardDeviation'>,
): number {
  const z = (probability: number) => normalQuantile(probability, 0, 1);
  const found = Math.sqrt(Math.max(0, discordantRate - difference ** 2));
  const root = z(1 - alpha / 2) * Math.sqrt(discordantRate) + z(power) * found;
  return Math.max(1, Math.ceil((root / difference) ** 2));
}

function findCount(
  search: Search & { readonly samples: 1 | 2 },
  powerOf: (count: number, search: Search) => number,
): number | undefined {
  const { power = usualPower, alpha = 0.05, difference, standardDeviation, samples } = search;
  if (standardDeviation === 0) return 2;
  // What would do if the spread were known: a t test needs a little more.
  const z = normalQuantile(1 - alpha / 2, 0, 1) + normalQuantile(power, 0, 1);
  let count = Math.max(2, Math.floor(samples * (z * (standardDeviation / difference)) ** 2));
  while (count <= largestCount && powerOf(count, search) < power) count++;
  return count <= largestCount ? count : undefined;
}

/**
 * Returns P(|T| > t) for a noncentral T: the mean over s of both normal tails at t s, where s is the ratio of observed to
 * true standard deviation, whose density is proportional to s^(f - 1) exp(-f s^2 / 2). Integrated by Simpson's rule over
 * all that weighs more than 1e-10.
 */
function computeTPower(
  shift: number,
  { freedom, alpha }: { readonly freedom: number; readonly alpha: number },
): number {
  const threshold = tQuantile(1 - alpha / 2, freedom);
  const width = 6 / Math.sqrt(freedom);
  // A little above 0, where the logarithm has no end.
  const [from, to] = [Math.max(1e-9, 1 - width), 1 + width];
  const steps = 300;
  let [weights, found] = [0, 0];
  for (let step = 0; step <= steps; step++) {
    const ratio = from + ((to - from) * step) / steps;
    const simpson = step === 0 || step === steps ? 1 : step % 2 === 1 ? 4 : 2;
    // Relative to its value at 1, so that nothing overflows where there is much freedom.
    const density = Math.exp((freedom - 1) * Math.log(ratio) - (freedom * (ratio ** 2 - 1)) / 2);
    const tails =
      normalCdf(shift - threshold * ratio, 0, 1) + normalCdf(-shift - threshold * ratio, 0, 1);
    weights += simpson * density;
    found += simpson * density * tails;
  }
  return found / weights;
}
