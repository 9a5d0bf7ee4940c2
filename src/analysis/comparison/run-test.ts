import type { DoneTrial } from '../../results/result.js';
import { countBits, decodeRightBits } from '../../results/right-bits.js';
import { type PairedCounts, testSameImages } from '../../statistics/mcnemar.js';
import { computeStandardDeviation } from '../../statistics/mean.js';
import {
  computeNeededImages,
  computeNeededPairs,
  computeNeededPerGroup,
} from '../../statistics/power.js';
import { type Proportion, testProportions } from '../../statistics/proportions.js';
import {
  computeNominalLevel,
  type Looks,
  testPairsSequentially,
} from '../../statistics/sequential-t-test.js';
import { type DifferenceTest, testGroups, testPairs } from '../../statistics/t-test.js';

/**
 * Counts how two trials did on the same test images; nothing unless both tell, undamaged, and were tested on the same
 * ones.
 */
function countTogether(before: DoneTrial, after: DoneTrial): PairedCounts | undefined {
  if (!hasSameTestImages(before, after)) return undefined;
  const [first, second] = [readRightBits(before), readRightBits(after)];
  if (!first || !second) return undefined;
  const both = countBits(first.map((byte, index) => byte & (second[index] as number)));
  const [onlyBefore, onlyAfter] = [countBits(first) - both, countBits(second) - both];
  const neither = before.imageCounts.test - both - onlyBefore - onlyAfter;
  return { both, onlyBefore, onlyAfter, neither };
}

/** Returns a bit an image, lowest bit of each byte first; nothing where they are unknown or not those of the result. */
function readRightBits(trial: DoneTrial): Uint8Array | undefined {
  const bytes = decodeRightBits(trial);
  const fits = bytes?.length === Math.ceil(trial.imageCounts.test / 8);
  return fits && countBits(bytes) === countRight(trial).successes ? bytes : undefined;
}

/** The first images of each class are taken, so the same number of the same file is the same images. */
function hasSameTestImages(before: DoneTrial, after: DoneTrial): boolean {
  const file = 'test_batch.bin';
  return (
    before.imageCounts.test === after.imageCounts.test &&
    before.dataSha256[file] === after.dataSha256[file]
  );
}

/** Returns how many test images a trial got right. */
function countRight({ test, imageCounts }: DoneTrial): Proportion {
  return {
    successes: Math.round(test.accuracy * imageCounts.test),
    count: imageCounts.test,
  };
}

/** The tests, as readers are told. */
export type TestMethod =
  | 'paired t test'
  | 'sequential paired t test'
  | 'Welch t test'
  | 'McNemar test'
  | 'test of two proportions';

/** A test that could be run, and what it would have needed. */
export interface TestRun {
  readonly method: TestMethod;
  readonly count: number;
  readonly unit: 'seeds' | 'images';
  readonly outcome: DifferenceTest;
  /** How many would find the relevant difference four times in five; nothing if not even 10,000 seeds would. */
  readonly neededCount: number | undefined;
}

interface Asked {
  readonly alpha: number;
  readonly relevantDifference: number;
  readonly power: number;
  /** Set where the result was looked at after every seed. */
  readonly looks?: Looks | undefined;
}

type Pair = readonly [DoneTrial, DoneTrial];

/**
 * Returns how many pairs of trials would be compared where each has the same result twice, to the last bit: nothing is
 * left to test. 0 where one pair differs, or where there are no pairs.
 */
export function countIdentical(control: readonly DoneTrial[], arm: readonly DoneTrial[]): number {
  const pairs = selectPairs(control, arm);
  return pairs.every(([before, after]) => hasSameResult(before, after)) ? pairs.length : 0;
}

function hasSameResult({ test: before }: DoneTrial, { test: after }: DoneTrial): boolean {
  return (
    before.accuracy === after.accuracy && before.loss === after.loss && before.right === after.right
  );
}

/** Runs the sharpest test that the trials allow; nothing if they allow none. */
export function runTest(
  control: readonly DoneTrial[],
  arm: readonly DoneTrial[],
  asked: Asked,
): TestRun | undefined {
  const pairs = selectPairs(control, arm);
  const [network] = pairs;
  if (asked.looks) return runSequential(pairs, asked, asked.looks);
  if (pairs.length >= 2) return runPaired(pairs, asked);
  if (network) return compareNetworks(network, asked);
  return areGroups(control, arm) ? runGroups(control, arm, asked) : undefined;
}

/** Returns the trials that are compared with one another; none where both sides are groups, or nothing can be tested. */
function selectPairs(control: readonly DoneTrial[], arm: readonly DoneTrial[]): Pair[] {
  const shared = pairBySeed(control, arm);
  if (shared.length >= 2) return shared;
  if (areGroups(control, arm)) return [];
  return shared.length === 1 ? shared : pairOnly(control, arm);
}

function areGroups(control: readonly DoneTrial[], arm: readonly DoneTrial[]): boolean {
  return control.length >= 2 && arm.length >= 2;
}

/** Pairs trials of the same seed, in the order of the first side. */
function pairBySeed(control: readonly DoneTrial[], arm: readonly DoneTrial[]): Pair[] {
  const bySeed = new Map(arm.map((trial) => [trial.seed, trial]));
  return control.flatMap((before) => {
    const after = bySeed.get(before.seed);
    bySeed.delete(before.seed);
    return after ? [[before, after] as const] : [];
  });
}

/** Two networks of different seeds still saw the same test images. */
function pairOnly(control: readonly DoneTrial[], arm: readonly DoneTrial[]): Pair[] {
  const [before, after] = [control[0], arm[0]];
  return control.length === 1 && arm.length === 1 && before && after ? [[before, after]] : [];
}

function runPaired(pairs: readonly Pair[], { alpha, ...asked }: Asked): TestRun {
  const [before, after] = accuraciesOf(pairs);
  return {
    method: 'paired t test',
    count: pairs.length,
    unit: 'seeds',
    outcome: testPairs(before, after, 1 - alpha) as DifferenceTest,
    neededCount: countNeededPairs([before, after], { alpha, ...asked }),
  };
}

/** Pairs are in the order of their seeds, in which they were looked at. */
function runSequential(pairs: readonly Pair[], asked: Asked, looks: Looks): TestRun | undefined {
  const inOrder = pairs.toSorted(([a], [b]) => a.seed - b.seed);
  const [before, after] = accuraciesOf(inOrder);
  const outcome = testPairsSequentially(before, after, { looks, level: 1 - asked.alpha });
  if (!outcome) return undefined;
  const nominal = computeNominalLevel(asked.alpha, looks);
  return {
    method: 'sequential paired t test',
    count: pairs.length,
    unit: 'seeds',
    outcome,
    // As if it were looked at only once, at the nominal level: a few seeds more than a race needs on average.
    neededCount: countNeededPairs([before, after], { ...asked, alpha: nominal }),
  };
}

function accuraciesOf(pairs: readonly Pair[]): readonly [number[], number[]] {
  return [
    pairs.map(([control]) => control.test.accuracy),
    pairs.map(([, arm]) => arm.test.accuracy),
  ];
}

function countNeededPairs(
  [before, after]: readonly [readonly number[], readonly number[]],
  { alpha, relevantDifference, power }: Asked,
): number | undefined {
  const differences = after.map((accuracy, index) => accuracy - (before[index] as number));
  return computeNeededPairs({
    difference: relevantDifference,
    standardDeviation: computeStandardDeviation(differences) as number,
    alpha,
    power,
  });
}

function runGroups(
  control: readonly DoneTrial[],
  arm: readonly DoneTrial[],
  { alpha, relevantDifference }: Asked,
): TestRun {
  const [before, after] = [control, arm].map((side) => side.map(({ test }) => test.accuracy)) as [
    number[],
    number[],
  ];
  const deviations = [before, after].map((side) => computeStandardDeviation(side) as number);
  const standardDeviation = Math.sqrt(deviations.reduce((sum, each) => sum + each ** 2, 0) / 2);
  return {
    method: 'Welch t test',
    count: Math.min(before.length, after.length),
    unit: 'seeds',
    outcome: testGroups(before, after, 1 - alpha) as DifferenceTest,
    neededCount: computeNeededPerGroup({
      difference: relevantDifference,
      standardDeviation,
      alpha,
    }),
  };
}

function compareNetworks([before, after]: Pair, { alpha, relevantDifference }: Asked): TestRun {
  const together = countTogether(before, after);
  const [first, second] = [countRight(before), countRight(after)];
  const rates = [first.successes / first.count, second.successes / second.count] as const;
  const discordantRate = together
    ? (together.onlyBefore + together.onlyAfter) / first.count
    : rates[0] * (1 - rates[1]) + rates[1] * (1 - rates[0]);
  return {
    method: together ? 'McNemar test' : 'test of two proportions',
    count: Math.min(first.count, second.count),
    unit: 'images',
    outcome: together
      ? testSameImages(together, 1 - alpha)
      : testProportions(first, second, 1 - alpha),
    neededCount: computeNeededImages(discordantRate, { difference: relevantDifference, alpha }),
  };
}
