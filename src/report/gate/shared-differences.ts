import type { GateComparison } from '../../analysis/gate/gate-result.js';
import { toPlainText } from '../../text/plain-text.js';
import { renderArmNames } from './cells.js';

/** Something that differs between both sides, and in which experiments. */
export interface SharedDifference {
  readonly path: string;
  readonly base: string;
  readonly head: string;
  /** "all", or the experiments' names. */
  readonly where: string;
}

/** Returns what differs between both sides, each only once. */
export function shareDifferences({ arms }: GateComparison): SharedDifference[] {
  const compared = arms.filter(({ base, head }) => base && head).length;
  const found = new Map<string, { path: string; base: string; head: string; arms: string[] }>();
  for (const { arm, differences } of arms) {
    for (const { path, base, head } of differences) {
      const key = JSON.stringify([path, base, head]);
      const known = found.get(key);
      if (known) known.arms.push(arm);
      else found.set(key, { path, base, head, arms: [arm] });
    }
  }
  return [...found.values()].map(({ arms: names, ...values }) => ({
    path: toPlainText(values.path),
    base: toPlainText(values.base),
    head: toPlainText(values.head),
    where: names.length === compared ? 'all' : renderArmNames(names),
  }));
}
