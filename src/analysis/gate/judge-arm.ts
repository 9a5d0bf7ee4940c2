import { renderCount, renderPoints } from '../../text/quantities.js';
import type { Arm } from '../comparison/arm.js';
import { type ArmComparison, compareArms } from '../comparison/compare-arms.js';
import type { GateRules, GateVerdict, Obstacle } from './gate-result.js';

/**
 * How far another seed alone moves a result: full runs of the baseline, docs/statistics.md. A single network a side
 * that differs by less says nothing about the recipes; means that differ by more are never taken for equal.
 */
const seedNoise = 0.04;

/** An arm with its test, and what the other tests of the comparison leave of it. */
export interface TestedArm {
  readonly base: Arm;
  readonly head: Arm;
  readonly comparison: ArmComparison;
  /** Left out where there was no test. */
  readonly correctedPValue: number | undefined;
  /** How many tests share alpha, this one included. */
  readonly familySize: number;
}

/** What the numbers of an arm say. */
export interface Judgement {
  readonly verdict: GateVerdict;
  readonly obstacles: readonly Obstacle[];
  readonly notes: readonly string[];
  readonly neededSeeds?: number;
}

/** Runs the test for an arm; a difference as large as the threshold is what it should be able to find. */
export function testArm(base: Arm, head: Arm, { threshold, alpha }: GateRules): ArmComparison {
  const relevant = threshold > 0 ? { relevantDifference: threshold } : {};
  return compareArms(base.done, head.done, { alpha, ...relevant });
}

/**
 * Magnitude and significance together decide. A large difference without significance is only none where it may well be
 * chance: not told apart even for itself, and within what another seed makes.
 */
export function judgeArm(tested: TestedArm, rules: GateRules): Judgement {
  const { comparison, correctedPValue } = tested;
  const { difference, pValue, method } = comparison;
  if (method === 'identical') return { verdict: 'no difference', obstacles: [], notes: [] };
  if (pValue === undefined || correctedPValue === undefined) {
    const reason = 'Too few seeds for any verdict: give each side the same two or more.';
    return { verdict: 'not comparable', obstacles: [{ reason }], notes: [] };
  }
  const notes = noteOnCount(comparison, rules);
  const size = Math.abs(difference);
  const isLarge = size >= rules.threshold - 1e-12 && difference !== 0;
  const isToldAlone = pValue < rules.alpha;
  if (!isLarge || (!isToldAlone && size <= seedNoise)) {
    return { verdict: 'no difference', obstacles: [], notes };
  }
  const isOneNetwork = comparison.unit === 'images';
  if (isOneNetwork && size < seedNoise && !rules.allow.includes('few-seeds')) {
    const reason = `One seed a side: these two networks differ by ${renderPoints(difference)} points, but another seed alone moves a result by up to 4.`;
    return { verdict: 'not comparable', obstacles: [{ allow: 'few-seeds', reason }], notes };
  }
  if (correctedPValue >= rules.alpha) return judgeTooFew(tested, rules);
  const told = isOneNetwork ? notes : [];
  return { verdict: difference > 0 ? 'better' : 'worse', obstacles: [], notes: told };
}

/** A rise that is too few is better or none, and both pass. A drop may be worse: it does not. */
function judgeTooFew(tested: TestedArm, rules: GateRules): Judgement {
  const neededSeeds = countNeededSeeds(tested, rules);
  const reason = explainTooFew(tested, rules, neededSeeds);
  const isDrop = tested.comparison.difference < 0;
  return {
    verdict: 'too few',
    obstacles: isDrop ? [{ reason }] : [],
    notes: isDrop ? [] : [reason],
    ...(neededSeeds !== undefined && { neededSeeds }),
  };
}

/** With the spread that was seen and the smallest share of alpha that Holm's method leaves; unknown for one seed. */
function countNeededSeeds(
  { base, head, comparison, familySize }: TestedArm,
  { alpha, correction }: GateRules,
): number | undefined {
  const { difference, unit, count } = comparison;
  if (unit === 'images') return undefined;
  const { neededCount } = compareArms(base.done, head.done, {
    alpha: correction === 'holm' ? alpha / familySize : alpha,
    relevantDifference: Math.abs(difference),
  });
  return neededCount === undefined ? undefined : Math.max(count + 1, neededCount);
}

function explainTooFew(
  { comparison, correctedPValue = 1, familySize }: TestedArm,
  { alpha }: GateRules,
  neededSeeds: number | undefined,
): string {
  const { difference, pValue = 1, unit } = comparison;
  const points = renderPoints(difference);
  const what =
    pValue < alpha
      ? `${points} points are significant alone (p = ${renderPValue(pValue)}), but not as one of ${renderCount(familySize)} tests (p = ${renderPValue(correctedPValue)})`
      : `${points} points are more than another seed makes, but not significant (p = ${renderPValue(pValue)})`;
  const more =
    unit === 'images'
      ? 'give each side the same two seeds or more'
      : `${neededSeeds === undefined ? 'more than 10,000' : `about ${renderCount(neededSeeds)}`} seeds a side would tell`;
  return `Too few seeds: ${what}; ${more}.`;
}

function renderPValue(pValue: number): string {
  return String(Number(pValue.toPrecision(2)));
}

/** Says what the number of seeds could not have found. */
function noteOnCount(
  { count, unit, neededCount }: ArmComparison,
  { threshold }: GateRules,
): string[] {
  if (unit === 'images') {
    return ['One seed a side: the test compares two networks, not two recipes; --seeds 5 does.'];
  }
  if (neededCount !== undefined && count >= neededCount) return [];
  const points = (100 * (threshold > 0 ? threshold : 0.01)).toFixed(1);
  const needed = neededCount === undefined ? 'more than 10,000 seeds' : `${neededCount} seeds`;
  return [
    `${count} seeds may miss a difference of ${points} points; ${needed} find it 4 times in 5.`,
  ];
}
