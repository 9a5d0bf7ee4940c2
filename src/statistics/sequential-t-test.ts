import { tQuantile } from './distributions.js';
import { type DifferenceTest, testPairs } from './t-test.js';

/**
 * When a paired t test is looked at.
 *
 * Looking again and again at the usual p-value calls equal sides different far more often than alpha says. Here every look is
 * held to one smaller nominal level (Pocock 1977), chosen so that all looks together raise a false alarm with
 * probability alpha. No approximation by normal distributions: for normal differences the sequence of t statistics is a
 * Markov chain on [-1, 1], whose crossing probability is integrated numerically.
 */
export interface Looks {
  /** Pairs at the first look, at least 2. */
  readonly first: number;
  /** Pairs at the last look; there is one after every pair between. */
  readonly last: number;
}

/**
 * Returns the probability that some look's two-sided p-value of the t test is at most `nominal` though there is no
 * difference. Right to a millionth of itself, to a thousandth where it is below 0.001.
 *
 * State after n pairs: u = |sum| / sqrt(n * sum of squares), of which |t| is an increasing function. The next difference, over
 * the root of that sum of squares, is tan(phi) with density proportional to cos(phi)^(n-1), whatever u is (the direction of
 * a normal vector does not depend on its length), and u' = |u sqrt(n) cos(phi) + sin(phi)| / sqrt(n + 1).
 */
export function computeFalseAlarmRate(nominal: number, { first, last }: Looks): number {
  let after: Crossing = { bound: boundOf(nominal, last), breaks: [], at: () => 0 };
  for (let count = last - 1; count >= first; count--) {
    after = stepBack(after, { count, bound: boundOf(nominal, count) });
  }
  // At the first look u = sin(angle), with a density proportional to cos(angle)^(first - 2).
  const density = (angle: number) => Math.cos(angle) ** (first - 2);
  const cuts = [0, ...after.breaks, after.bound].map((u) => Math.asin(u)).concat(Math.PI / 2);
  return computeMean(cuts, { density, after, stateOf: Math.sin });
}

/**
 * Returns the nominal level for each look at which all looks together raise a false alarm with probability `alpha`.
 * Range: between alpha over the number of looks, and alpha.
 */
export function computeNominalLevel(alpha: number, looks: Looks): number {
  const name = `${alpha} ${looks.first} ${looks.last}`;
  const level = nominalLevels.get(name) ?? solveNominalLevel(alpha, looks);
  nominalLevels.set(name, level);
  return level;
}

/** Each takes a tenth of a second. */
const nominalLevels = new Map<string, number>();

function solveNominalLevel(alpha: number, looks: Looks): number {
  const error = (logarithm: number) =>
    Math.log(computeFalseAlarmRate(Math.exp(logarithm), looks) / alpha);
  return Math.exp(
    findRoot(error, [Math.log(alpha / (looks.last - looks.first + 1)), Math.log(alpha)]),
  );
}

/**
 * Compares pairs in the order in which they came, having looked after each since the first look: the interval holds at
 * all looks together (repeated confidence interval, Jennison and Turnbull 1989), and the p-value is the smallest alpha at
 * which some look so far would have told a difference. Nothing before the first look, or beyond the last.
 */
export function testPairsSequentially(
  before: readonly number[],
  after: readonly number[],
  { looks, level = 0.95 }: { readonly looks: Looks; readonly level?: number },
): DifferenceTest | undefined {
  if (before.length < looks.first || before.length > looks.last) return undefined;
  const nominal = computeNominalLevel(1 - level, looks);
  const test = testPairs(before, after, 1 - nominal);
  if (!test) return undefined;
  const smallest = findSmallestPValue(before, after, looks);
  const interval = { ...test.interval, level };
  return { ...test, interval, pValue: Math.min(1, computeFalseAlarmRate(smallest, looks)) };
}

/** Returns the smallest p-value that the t test had at any look so far. */
function findSmallestPValue(
  before: readonly number[],
  after: readonly number[],
  { first }: Looks,
): number {
  let smallest = 1;
  for (let count = first; count <= before.length; count++) {
    const test = testPairs(before.slice(0, count), after.slice(0, count));
    smallest = Math.min(smallest, test?.pValue ?? 1);
  }
  return smallest;
}

/** What is to come from a state: the probability of crossing at a later look. */
interface Crossing {
  /** From there on the look itself has crossed. */
  readonly bound: number;
  /** Where the function is not smooth, between 0 and the bound, ascending. */
  readonly breaks: readonly number[];
  /** For states from 0 to the bound. */
  at(u: number): number;
}

/** u above it is |t| above the quantile of the nominal level. */
function boundOf(nominal: number, count: number): number {
  const t = tQuantile(1 - nominal / 2, count - 1);
  return t / Math.sqrt(count - 1 + t ** 2);
}

/** Each break is one order smoother than that of the look after it: the fifth is not seen any more. */
const mostBreaks = 4;

/** Takes what is to come after the next look back to the look before it. */
function stepBack(
  after: Crossing,
  { count, bound }: { readonly count: number; readonly bound: number },
): Crossing {
  // From u the next state is at most sqrt((u^2 n + 1) / (n + 1)): below such a place the next one's break is out of reach.
  const breaks = [after.bound, ...after.breaks.toReversed()]
    .slice(0, mostBreaks)
    .map((place) => Math.sqrt(Math.max(0, (place ** 2 * (count + 1) - 1) / count)))
    .filter((place) => place > 0 && place < bound)
    .toSorted((a, b) => a - b);
  const edges = [0, ...breaks, bound];
  const pieces = edges.slice(1).map((upper, index) => {
    const lower = edges[index] as number;
    return { upper, at: interpolate((u) => lookAhead(u, count, after), [lower, upper]) };
  });
  return {
    bound,
    breaks,
    at: (u) => (pieces.find(({ upper }) => u <= upper) ?? (pieces.at(-1) as Piece)).at(u),
  };
}

interface Piece {
  readonly upper: number;
  at(u: number): number;
}

/** Returns the probability of crossing at the next look or later. */
function lookAhead(u: number, count: number, after: Crossing): number {
  // u' = reach * |sin(angle)|, where angle = phi + turn.
  const turn = Math.atan(u * Math.sqrt(count));
  const reach = Math.sqrt((u ** 2 * count + 1) / (count + 1));
  // Beyond the width the density is less than 1e-16.
  const width = Math.min(Math.PI / 2, 9 / Math.sqrt(count));
  const [from, to] = [turn - width, turn + width];
  const places = [0, ...after.breaks, after.bound].filter((place) => place < reach);
  const turns = [Math.PI / 2, ...places.map((place) => Math.asin(place / reach))];
  const cuts = turns
    .flatMap((angle) => [angle, -angle, Math.PI - angle])
    .filter((angle) => angle > from && angle < to)
    .toSorted((a, b) => a - b);
  return computeMean([from, ...cuts, to], {
    density: (angle) => Math.cos(angle - turn) ** (count - 1),
    after,
    stateOf: (angle) => reach * Math.abs(Math.sin(angle)),
  });
}

interface Weighting {
  density(angle: number): number;
  readonly after: Crossing;
  /** Of an angle. */
  stateOf(angle: number): number;
}

/** Returns the mean probability of having crossed or crossing later, over angles with a density, piece by piece. */
function computeMean(cuts: readonly number[], { density, after, stateOf }: Weighting): number {
  let [sum, weights] = [0, 0];
  for (const [index, upper] of cuts.slice(1).entries()) {
    const lower = cuts[index] as number;
    const crosses = stateOf((lower + upper) / 2) > after.bound;
    for (const { node, weight } of endSmoothRule) {
      const angle = lower + (upper - lower) * node;
      const share = weight * (upper - lower) * density(angle);
      weights += share;
      sum += share * (crosses ? 1 : after.at(stateOf(angle)));
    }
  }
  return sum / weights;
}

const nodeCount = 16;

/**
 * Interpolates a function that may begin like a square root, at Chebyshev's points of the root of the way, barycentrically
 * (Berrut and Trefethen 2004).
 */
function interpolate(of: (u: number) => number, [lower, upper]: readonly [number, number]) {
  const points = Array.from({ length: nodeCount }, (_, index) => {
    const angle = ((2 * index + 1) * Math.PI) / (2 * nodeCount);
    const root = (1 + Math.cos(angle)) / 2;
    const weight = (index % 2 === 0 ? 1 : -1) * Math.sin(angle);
    return { root, weight, value: of(lower + (upper - lower) * root ** 2) };
  });
  return (u: number) => {
    const root = Math.sqrt(Math.max(0, (u - lower) / (upper - lower)));
    let [sum, weights] = [0, 0];
    for (const { root: place, weight, value } of points) {
      if (root === place) return value;
      sum += (weight / (root - place)) * value;
      weights += weight / (root - place);
    }
    return sum / weights;
  };
}

/** Gauss and Legendre's rule on [0, 1], stretched so that a square root at either end does no harm. */
const endSmoothRule = gaussLegendre(nodeCount).map(({ node, weight }) => {
  const share = (1 + node) / 2;
  return { node: share ** 2 * (3 - 2 * share), weight: 3 * share * (1 - share) * weight };
});

/** Nodes and weights on [-1, 1]: roots of the Legendre polynomial by Newton's method. */
function gaussLegendre(count: number) {
  return Array.from({ length: count }, (_, index) => {
    let node = Math.cos((Math.PI * (index + 0.75)) / (count + 0.5));
    let slope = 0;
    for (let round = 0; round < 10; round++) {
      let [value, before] = [1, 0];
      for (let degree = 1; degree <= count; degree++) {
        const next = ((2 * degree - 1) * node * value - (degree - 1) * before) / degree;
        [value, before] = [next, value];
      }
      slope = (count * (node * value - before)) / (node ** 2 - 1);
      node -= value / slope;
    }
    return { node, weight: 2 / ((1 - node ** 2) * slope ** 2) };
  });
}

/** Finds where a nearly straight, increasing function is 0, between two places of different sign, by the secant method. */
function findRoot(of: (x: number) => number, [low, high]: readonly [number, number]): number {
  let [from, to, valueFrom, valueTo] = [low, high, of(low), of(high)];
  while (Math.abs(to - from) > 1e-9 && valueTo !== valueFrom) {
    const next = to - (valueTo * (to - from)) / (valueTo - valueFrom);
    [from, to, valueFrom, valueTo] = [to, next, valueTo, of(next)];
  }
  return to;
}
