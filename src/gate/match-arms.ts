import { type Arm, groupArms } from '../comparison/arm.js';
import type { TrialResult } from '../runner/result.js';

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
