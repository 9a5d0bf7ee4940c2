import type { TrialResult } from '../../results/result.js';
import { toPlainText } from '../../text/plain-text.js';
import { renderList } from '../../text/quantities.js';
import { type Arm, groupArms } from '../comparison/arm.js';
import type { AllowName, Difference, Obstacle } from './gate-result.js';

/** The arms of one name on both sides; more than one on a side if it holds several recipes under one name. */
export interface ArmMatch {
  readonly name: string;
  readonly base: readonly Arm[];
  readonly head: readonly Arm[];
}

/** Matches arms by name: those of the base in its order, then those that only the head has. */
export function matchArms(base: readonly TrialResult[], head: readonly TrialResult[]): ArmMatch[] {
  const matches = new Map<string, { name: string; base: Arm[]; head: Arm[] }>();
  for (const [side, trials] of [
    ['base', base],
    ['head', head],
  ] as const) {
    for (const arm of groupArms(trials)) {
      const match = matches.get(arm.name) ?? { name: arm.name, base: [], head: [] };
      match[side].push(arm);
      matches.set(arm.name, match);
    }
  }
  return [...matches.values()];
}

/** Returns all trials of an arm, finished or not. */
export function trialsOf({ done, failed }: Arm): TrialResult[] {
  return [...done, ...failed];
}

/** Returns why two sides of an experiment cannot be compared, before any number is looked at. */
export function findObstacles(
  { base, head }: ArmMatch,
  differences: readonly Difference[],
  allow: readonly AllowName[],
): Obstacle[] {
  const [before, after] = [base[0], head[0]];
  if (!after) return [{ allow: 'missing', reason: 'Missing in head.' }];
  if (!before) return [{ allow: 'new', reason: 'New: the base does not have it.' }];
  return [
    ...findAmbiguity(base, 'base'),
    ...findAmbiguity(head, 'head'),
    ...findFailures(after),
    ...(before.done.length === 0 ? [{ reason: 'No trial of it ended well in base.' }] : []),
    ...(allow.includes('seeds') ? [] : findMissingSeeds(before, after)),
    ...findUnlike(differences),
  ];
}

/** Several recipes, or one seed twice, under one name: nobody can tell which is meant. */
function findAmbiguity(arms: readonly Arm[], side: 'base' | 'head'): Obstacle[] {
  if (arms.length > 1) {
    return [{ reason: `The ${side} has ${arms.length} experiments of this name that differ.` }];
  }
  const seeds = arms.flatMap((arm) => trialsOf(arm).map(({ seed }) => seed));
  const twice = seeds.find((seed, index) => seeds.indexOf(seed) < index);
  return twice === undefined ? [] : [{ reason: `The ${side} has seed ${twice} twice.` }];
}

function findFailures({ failed }: Arm): Obstacle[] {
  return failed.map(({ seed, reason }) => ({
    reason: `Seed ${seed} failed in head: ${toPlainText(reason)}`,
  }));
}

function findMissingSeeds(base: Arm, head: Arm): Obstacle[] {
  const [before, after] = [base, head].map(({ done }) => done.map(({ seed }) => seed)) as [
    number[],
    number[],
  ];
  const failed = new Set(head.failed.map(({ seed }) => seed));
  const lost = before.filter((seed) => !after.includes(seed) && !failed.has(seed));
  const added = after.filter((seed) => !before.includes(seed));
  return [...sayMissing(lost, 'head'), ...sayMissing(added, 'base')];
}

function sayMissing(seeds: readonly number[], side: 'base' | 'head'): Obstacle[] {
  if (seeds.length === 0) return [];
  const noun = seeds.length === 1 ? 'Seed' : 'Seeds';
  const verb = seeds.length === 1 ? 'is' : 'are';
  const list = renderList(seeds.map(String));
  return [{ allow: 'seeds', reason: `${noun} ${list} ${verb} missing in ${side}.` }];
}

function findUnlike(differences: readonly Difference[]): Obstacle[] {
  return differences
    .filter(({ blocks }) => blocks)
    .map(({ aspect, path, base, head }) => ({
      allow: aspect,
      reason: toPlainText(`${path} differs: ${base} in base, ${head} in head.`),
    }));
}
