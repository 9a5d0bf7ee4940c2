import type { Race } from '../../experiment/race.js';
import type { DoneTrial } from '../../results/result.js';
import { coversZero, type Interval } from '../../statistics/interval.js';
import { rulesOf } from '../race/judge-race.js';
import { meanAccuracy, nameArm } from './arm.js';
import { countIdentical, runTest, type TestMethod, type TestRun } from './run-test.js';

export interface CompareOptions {
  /** Probability of a false alarm in one comparison, two-sided; intervals have the level 1 - alpha. */
  readonly alpha?: number;
  /** The smallest difference that matters: what a comparison without a verdict should have found. Range: 0..1. */
  readonly relevantDifference?: number;
  /** Probability with which that one is to be found. */
  readonly power?: number;
}

/** What is asked where nobody says otherwise: one point, with one false alarm in twenty comparisons. */
export const usualComparison = { alpha: 0.05, relevantDifference: 0.01, power: 0.8 } as const;

/**
 * `too few`: no difference was told apart, and there are too few seeds (or images) to have found the relevant one four
 * times in five.
 */
export type Verdict = 'better' | 'worse' | 'no difference' | 'too few';

/** Test accuracy of an arm against that of another, its control or its former state. Range: rates 0..1. */
export interface ArmComparison {
  /** Mean of the arm minus mean of the control; over the shared seeds where the test is paired. */
  readonly difference: number;
  /**
   * `identical`: the results are the same to the last bit, and nothing is left to test. `none`: nothing can be tested.
   * Both have no interval and no p-value.
   */
  readonly method: TestMethod | 'identical' | 'none';
  /** Seeds in the test, or test images where it is one network against another; 0 with no test. */
  readonly count: number;
  readonly unit: 'seeds' | 'images';
  readonly interval?: Interval;
  readonly pValue?: number;
  readonly verdict: Verdict;
  /** Seeds (or images) that would find the relevant difference four times in five; left out where not even 10,000 would. */
  readonly neededCount?: number;
}

/**
 * Compares the finished trials of two arms: paired by seed where both share two or more seeds, else by Welch's test
 * where both have two or more, else image by image. An arm that raced against this control is tested as one that was
 * looked at after every seed. At least one trial on each side.
 */
export function compareArms(
  control: readonly DoneTrial[],
  arm: readonly DoneTrial[],
  options: CompareOptions = {},
): ArmComparison {
  const race = findRace(control, arm);
  const asked = { ...usualComparison, ...(race && askedBy(race)), ...options };
  const identical = countIdentical(control, arm);
  if (identical > 0) {
    const same = { difference: 0, method: 'identical', verdict: 'no difference' } as const;
    return { ...same, count: identical, unit: 'seeds' };
  }
  const run = runTest(control, arm, { ...asked, looks: race && rulesOf(race).looks });
  if (run) return createComparison(run, asked);
  const difference = meanAccuracy(arm) - meanAccuracy(control);
  return { difference, method: 'none', count: 0, unit: 'seeds', verdict: 'too few' };
}

/** Returns the race that the arm ran against this control. */
function findRace([control]: readonly DoneTrial[], [arm]: readonly DoneTrial[]): Race | undefined {
  const race = arm?.experiment.race;
  const names = control ? [nameArm(control), control.experiment.name] : [];
  return race && names.includes(race.against) ? race : undefined;
}

function askedBy(race: Race): Required<CompareOptions> {
  const { alpha, margin } = rulesOf(race);
  return { alpha, relevantDifference: margin, power: race.power };
}

function createComparison(run: TestRun, asked: Required<CompareOptions>): ArmComparison {
  const { method, count, unit, outcome, neededCount } = run;
  const verdict = judge(run, asked);
  const needed = neededCount === undefined ? {} : { neededCount };
  return { method, count, unit, ...outcome, verdict, ...needed };
}

function judge(
  { method, outcome, count, neededCount }: TestRun,
  { alpha, relevantDifference }: Required<CompareOptions>,
): Verdict {
  const { pValue, interval, difference } = outcome;
  if (method === 'sequential paired t test') {
    if (pValue <= alpha) return difference > 0 ? 'better' : 'worse';
    const isWithin = Math.max(-interval.lower, interval.upper) < relevantDifference;
    return isWithin ? 'no difference' : 'too few';
  }
  // Both: McNemar's exact test and Newcombe's interval may differ by a hair at the border.
  if (pValue < alpha && !coversZero(interval)) return difference > 0 ? 'better' : 'worse';
  return neededCount === undefined || count < neededCount ? 'too few' : 'no difference';
}
