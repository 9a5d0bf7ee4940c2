import type { Arm } from '../comparison/arm.js';
import { type ArmComparison, compareArms } from '../comparison/compare-arms.js';
import { renderPoints } from '../report/quantities.js';
import type { GateRules, Obstacle, Verdict } from './gate-result.js';

/**
 * How far another seed alone moves a result: full runs of the baseline, docs/statistics.md. A single network a side
 * that differs by less says nothing about the recipes.
 */
const seedNoise = 0.04;

/** What the numbers of an arm say. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly obstacles: readonly Obstacle[];
  readonly notes: readonly string[];
}

/** Runs the test for an arm; a difference as large as the threshold is what it should be able to find. */
export function testArm(base: Arm, head: Arm, { threshold, alpha }: GateRules): ArmComparison {
  const relevant = threshold > 0 ? { relevantDifference: threshold } : {};
  return compareArms(base.done, head.done, { alpha, ...relevant });
}

/** Magnitude and significance together decide; what nobody can tell is not comparable. */
export function judgeArm(
  comparison: ArmComparison,
  correctedPValue: number | undefined,
  rules: GateRules,
): Judgement {
  const { difference, unit } = comparison;
  if (correctedPValue === undefined) {
    const reason = 'Too few seeds for any verdict: give each side the same two or more.';
    return { verdict: 'not comparable', obstacles: [{ reason }], notes: [] };
  }
  const isLarge = Math.abs(difference) >= rules.threshold - 1e-12 && difference !== 0;
  const isSignificant = correctedPValue < rules.alpha;
  const notes = noteOnCount(comparison, rules);
  if (!isLarge || !isSignificant) return { verdict: 'no difference', obstacles: [], notes };
  const isWithinNoise = unit === 'images' && Math.abs(difference) < seedNoise;
  if (isWithinNoise && !rules.allow.includes('few-seeds')) {
    const reason = `One seed a side: these two networks differ by ${renderPoints(difference)} points, but another seed alone moves a result by up to 4.`;
    return { verdict: 'not comparable', obstacles: [{ allow: 'few-seeds', reason }], notes };
  }
  const told = unit === 'images' ? notes : [];
  return { verdict: difference > 0 ? 'better' : 'worse', obstacles: [], notes: told };
}

/** Says what the number of seeds could not have found. */
function noteOnCount(
  { count, unit, neededCount }: ArmComparison,
  { threshold }: GateRules,
): string[] {
  if (unit === 'images') {
    return ['One seed a side: the test tells two networks apart, not two recipes; --seeds 5 does.'];
  }
  if (neededCount !== undefined && count >= neededCount) return [];
  const points = (100 * (threshold > 0 ? threshold : 0.01)).toFixed(1);
  const needed = neededCount === undefined ? 'more than 10,000 seeds' : `${neededCount} seeds`;
  return [
    `${count} seeds may miss a difference of ${points} points; ${needed} find it 4 times in 5.`,
  ];
}
