import { type ArmComparison, usualComparison } from '../comparison/compare-arms.js';
import { correctByHolm } from '../statistics/holm.js';
import type { Comparisons } from './compared-arms.js';
import { toPlainText } from './plain-text.js';
import { renderCount, renderNames } from './quantities.js';

interface Named {
  readonly name: string;
  readonly comparison: ArmComparison;
}

/** Returns the sentences about the differences from the control: how they were tested, and what they cannot tell. */
export function noteOnControl({ arms, control }: Comparisons): string[] {
  if (control === undefined) return [];
  const compared = arms.flatMap(({ arm, comparison }) =>
    comparison ? [{ name: toPlainText(arm.name), comparison }] : [],
  );
  const reference = arms.find(({ isControl }) => isControl)?.arm;
  const name = toPlainText(control);
  if (!reference || reference.done.length === 0) {
    return [`The control (${name}) has no finished trial here, so nothing is compared with it.`];
  }
  if (compared.length === 0) return [];
  const meaning = `Against control: test accuracy minus that of ${name}, in points, with its 95 % interval; ~ where it is not told apart from 0.`;
  return [
    [meaning, ...noteOnMethods(compared)].join(' '),
    noteOnPower(compared),
    noteOnSeveral(compared),
  ];
}

function noteOnMethods(compared: readonly Named[]): string[] {
  const byMethod = new Map<string, string[]>();
  for (const { name, comparison } of compared) {
    const method = describeMethod(comparison);
    byMethod.set(method, [...(byMethod.get(method) ?? []), name]);
  }
  if (byMethod.size === 1) return [...byMethod.keys()].map((method) => `${method}.`);
  return [...byMethod].map(([method, names]) => `${renderNames(names)}: ${method}.`);
}

function describeMethod({ method, count }: ArmComparison): string {
  const number = renderCount(count);
  switch (method) {
    case 'paired t test':
      return `Paired t test over ${number} shared seeds`;
    case 'Welch t test':
      return `Welch's t test, as the seeds differ, with ${number} or more on each side`;
    case 'McNemar test':
      return `McNemar's exact test on ${number} test images (interval by Newcombe), which tells two networks apart but not what another seed would do`;
    case 'test of two proportions':
      return `Test of two proportions of ${number} test images (interval by Newcombe), as it is not known which images were right, which does not tell what another seed would do`;
    case 'identical':
      return `The same results to the last bit in ${number} shared ${count === 1 ? 'seed' : 'seeds'}: nothing to test`;
    case 'none':
      return 'No test: that takes one seed on both sides, or two seeds or more on each';
  }
}

function noteOnPower(compared: readonly Named[]): string {
  const weak = compared.filter(({ comparison }) => comparison.verdict === 'too few');
  const testable = weak.filter(({ comparison }) => comparison.method !== 'none');
  if (testable.length === 0) return '';
  const points = renderCount(100 * usualComparison.relevantDifference);
  const counts = testable.map(({ name, comparison }) => `${name} ${renderNeed(comparison)}`);
  return `Too few to find a difference of ${points} point four times in five: ${renderNames(counts)}.`;
}

function renderNeed({ unit, count, neededCount }: ArmComparison): string {
  if (unit === 'images') return `(one seed on ${renderCount(count)} test images)`;
  const needed = neededCount === undefined ? 'more than 10,000' : renderCount(neededCount);
  return `(${renderCount(count)} seeds, about ${needed} would do)`;
}

/** With several arms, one that is no different may be told apart by chance: says whether that may have happened. */
function noteOnSeveral(compared: readonly Named[]): string {
  const tested = compared.filter(({ comparison }) => comparison.pValue !== undefined);
  const corrected = correctByHolm(tested.map(({ comparison }) => comparison.pValue ?? 1));
  const told = tested.flatMap(({ name, comparison }, index) => {
    const isTold = comparison.verdict === 'better' || comparison.verdict === 'worse';
    return isTold ? [{ name, holds: (corrected[index] ?? 1) < usualComparison.alpha }] : [];
  });
  if (tested.length < 2 || told.length === 0) return '';
  const lost = told.filter(({ holds }) => !holds).map(({ name }) => name);
  const start = `${renderCount(tested.length)} rows are compared with the control, and one without any difference is told apart in one case of 20`;
  if (lost.length === 0) return `${start}; corrected for that (Holm), all the differences hold.`;
  return `${start}; corrected for that (Holm), the difference of ${renderNames(lost)} may be chance.`;
}
