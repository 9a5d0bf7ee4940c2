import type { TrialResult } from '../../results/result.js';
import { type Aspect, aspects, blockingAspects, listSettings, type Settings } from './aspects.js';
import type { Difference, GateRules } from './gate-result.js';

/** What stands where a side has no such setting. */
const none = '-';

/** Lists what two sides of an experiment were made with that is not the same on both. */
export function listDifferences(
  base: readonly TrialResult[],
  head: readonly TrialResult[],
  rules: Pick<GateRules, 'allow' | 'isStrict'>,
): Difference[] {
  const [before, after] = [mergeSettings(base), mergeSettings(head)];
  const paths = new Set([...before.keys(), ...after.keys()]);
  const differences = [...paths].flatMap((path) => {
    const [old, current] = [before.get(path), after.get(path)];
    const aspect = old?.aspect ?? current?.aspect;
    if (!aspect || old?.value === current?.value) return [];
    const values = { base: old?.value ?? none, head: current?.value ?? none };
    return [{ aspect, path, ...values, blocks: isBlocking(aspect, rules) }];
  });
  const rank = ({ aspect }: Difference) => aspects.indexOf(aspect);
  return differences.sort((a, b) => rank(a) - rank(b));
}

function isBlocking(
  aspect: Aspect,
  { allow, isStrict }: Pick<GateRules, 'allow' | 'isStrict'>,
): boolean {
  return (isStrict || blockingAspects.has(aspect)) && !allow.includes(aspect);
}

/** The trials of a side may have been made on several machines: then a setting has several values. */
function mergeSettings(trials: readonly TrialResult[]): Settings {
  const different = new Map(trials.map((trial) => [renderConditions(trial), trial]));
  const [only, ...more] = [...different.values()].map(listSettings);
  if (only && more.length === 0) return only;
  const merged = new Map<string, { aspect: Aspect; values: Set<string> }>();
  for (const [path, { aspect, value }] of [only, ...more].flatMap((each) => [...(each ?? [])])) {
    const setting = merged.get(path);
    if (setting) setting.values.add(value);
    else merged.set(path, { aspect, values: new Set([value]) });
  }
  const joined = [...merged].map(([path, { aspect, values }]) => {
    return [path, { aspect, value: [...values].sort().join(' or ') }] as const;
  });
  return new Map(joined);
}

/** Most trials of a side were made alike: this is quicker to compare than all settings. */
function renderConditions({ experiment, environment, dataSha256 }: TrialResult): string {
  return JSON.stringify([experiment, environment, dataSha256]);
}
