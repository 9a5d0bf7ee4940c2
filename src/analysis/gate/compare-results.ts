import type { Results } from '../../results/result.js';
import { correctByHolm } from '../../statistics/holm.js';
import { computeMean, computeStandardDeviation } from '../../statistics/mean.js';
import type { Arm } from '../comparison/arm.js';
import type { ArmComparison } from '../comparison/compare-arms.js';
import { compareCorruptions } from '../comparison/compare-corruptions.js';
import { computeFindings } from '../findings/compute-findings.js';
import type { Finding } from '../findings/finding.js';
import { checkArmThresholds } from './check-thresholds.js';
import { listDifferences } from './differences.js';
import type {
  ArmVerdict,
  Difference,
  GateComparison,
  GateReport,
  GateRules,
  Obstacle,
  SideSummary,
} from './gate-result.js';
import { type Judgement, judgeArm, type TestedArm, testArm } from './judge-arm.js';
import { type ArmMatch, findObstacles, matchArms, trialsOf } from './obstacles.js';
import { noteOnSharedDraws } from './shared-draws.js';

/** Results with the file or folder that they were read from. */
export interface NamedResults {
  readonly name: string;
  readonly results: Results;
}

/** What is asked where nobody says otherwise: one point, and one false alarm in twenty comparisons. */
export const usualRules: GateRules = {
  threshold: 0.01,
  alpha: 0.05,
  correction: 'holm',
  allow: [],
  isStrict: false,
};

/** Compares each of the heads with the base. All that cannot be told fails. */
export function compareResults(
  base: NamedResults,
  heads: readonly NamedResults[],
  rules: GateRules = usualRules,
): GateReport {
  const comparisons = heads.map((head) => comparePair(base, head, rules));
  const passes = comparisons.length > 0 && comparisons.every((comparison) => comparison.passes);
  return { format: 'prep-lab comparison', version: 1, passes, rules, comparisons };
}

/** A match on the way to its verdict. */
interface Examined {
  readonly match: ArmMatch;
  readonly differences: readonly Difference[];
  readonly obstacles: readonly Obstacle[];
  readonly comparison?: ArmComparison;
}

function comparePair(base: NamedResults, head: NamedResults, rules: GateRules): GateComparison {
  const matches = matchArms(base.results.trials, head.results.trials);
  const examined = matches.map((match) => examine(match, rules));
  const pValues = examined.flatMap(({ comparison }) => comparison?.pValue ?? []);
  const corrected = (rules.correction === 'holm' ? correctByHolm(pValues) : pValues).values();
  const familySize = pValues.length;
  const arms = examined.map((each) => {
    const hasPValue = each.comparison?.pValue !== undefined;
    const correctedPValue = hasPValue ? corrected.next().value : undefined;
    return concludeArm(each, { correctedPValue, familySize }, rules);
  });
  const obstacles = examined.some(({ comparison }) => comparison)
    ? []
    : [{ reason: 'Nothing could be compared.' }];
  const passes = obstacles.length === 0 && arms.every((arm) => arm.passes);
  const findings = listNewFindings(base.results, head.results, arms);
  return { base: base.name, head: head.name, passes, arms, obstacles, findings };
}

/** What both sides have is no news. */
function listNewFindings(base: Results, head: Results, arms: readonly ArmVerdict[]): Finding[] {
  const known = new Set(computeFindings(base).map(({ arm, rule }) => JSON.stringify([arm, rule])));
  const failing = new Set(arms.flatMap(({ arm, passes }) => (passes ? [] : arm)));
  const found = computeFindings(head).filter(
    ({ arm, rule }) => !known.has(JSON.stringify([arm, rule])),
  );
  return [
    ...found.filter(({ arm }) => failing.has(arm)),
    ...found.filter(({ arm }) => !failing.has(arm)),
  ];
}

function examine(match: ArmMatch, rules: GateRules): Examined {
  const [before, after] = [match.base[0], match.head[0]];
  const differences =
    before && after ? listDifferences(trialsOf(before), trialsOf(after), rules) : [];
  const obstacles = findObstacles(match, differences, rules.allow);
  const isComparable = before && after && obstacles.length === 0;
  if (!isComparable || before.done.length === 0 || after.done.length === 0) {
    return { match, differences, obstacles };
  }
  return { match, differences, obstacles, comparison: testArm(before, after, rules) };
}

function concludeArm(
  { match, differences, obstacles, comparison }: Examined,
  family: Pick<TestedArm, 'correctedPValue' | 'familySize'>,
  rules: GateRules,
): ArmVerdict {
  const [before, after] = [match.base[0], match.head[0]];
  const [base, head] = [summarize(before), summarize(after)];
  const { correctedPValue } = family;
  const judged: Judgement =
    before && after && comparison
      ? judgeArm({ base: before, head: after, comparison, ...family }, rules)
      : { verdict: 'not comparable', obstacles: [], notes: [] };
  const all = [...obstacles, ...judged.obstacles];
  const corruptions =
    comparison && compareCorruptions(before?.done ?? [], after?.done ?? [], rules.alpha);
  const thresholds = after ? checkArmThresholds(after, before) : [];
  const isAllowed = all.every(({ allow }) => allow !== undefined && rules.allow.includes(allow));
  const passes =
    judged.verdict !== 'worse' && isAllowed && thresholds.every((threshold) => threshold.passes);
  return {
    arm: match.name,
    verdict: judged.verdict,
    passes,
    ...(base && { base }),
    ...(head && { head }),
    ...(comparison && { comparison }),
    ...(corruptions && { corruptions }),
    ...(correctedPValue !== undefined && { correctedPValue }),
    ...(judged.neededSeeds !== undefined && { neededSeeds: judged.neededSeeds }),
    obstacles: all,
    differences,
    thresholds,
    notes: [
      ...judged.notes,
      ...noteOnSharedDraws([...(before?.done ?? []), ...(after?.done ?? [])]),
    ],
  };
}

function summarize(arm: Arm | undefined): SideSummary | undefined {
  if (!arm || arm.done.length === 0) return undefined;
  const accuracies = arm.done.map(({ test }) => test.accuracy);
  const standardDeviation = computeStandardDeviation(accuracies);
  return {
    seeds: arm.done.map(({ seed }) => seed),
    accuracies,
    meanAccuracy: computeMean(accuracies),
    ...(standardDeviation !== undefined && { standardDeviation }),
  };
}
