import { type ArmComparison, usualComparison } from '../../analysis/comparison/compare-arms.js';
import { previousArm } from '../../analysis/comparison/control.js';
import { correctByHolm } from '../../statistics/holm.js';
import { toPlainText } from '../../text/plain-text.js';
import { renderCount, renderNames } from '../../text/quantities.js';
import type { Comparisons } from '../compared-arms.js';
import type { Note } from './note.js';

interface Named {
  readonly name: string;
  readonly comparison: ArmComparison;
}

/** Columns that show a difference from another row. */
const columns = ['against control', 'against previous'];

/** Returns the notes on differences from a control: how they were tested, and what they cannot tell. */
export function noteOnControl({ arms, control }: Comparisons): Note[] {
  if (control === undefined) return [];
  const compared = arms.flatMap(({ arm, comparison }) =>
    comparison ? [{ name: toPlainText(arm.name), comparison }] : [],
  );
  const reference = arms.find(({ isControl }) => isControl)?.arm;
  if (control !== previousArm && (!reference || reference.done.length === 0)) {
    const text = `The control (${toPlainText(control)}) has no finished trial here, so nothing is compared with it.`;
    return [{ rank: 'warning', text }];
  }
  if (compared.length === 0) return [];
  const meaning = [noteOnReference(control, arms), ...noteOnMethods(compared)].join(' ');
  const notes: Note[] = [
    { rank: 'meaning', text: meaning },
    { rank: 'remark', text: noteOnPower(compared) },
    { rank: 'remark', text: noteOnSeveral(compared) },
  ];
  return notes.map((note) => ({ ...note, columns }));
}

function noteOnReference(control: string, arms: Comparisons['arms']): string {
  const rest = 'in points, with its 95 % interval; ~ where it is not significant (p < 0.05).';
  if (control !== previousArm) {
    return `Against control: test accuracy minus that of ${toPlainText(control)}, ${rest}`;
  }
  const finished = arms.filter(({ arm }) => arm.done.length > 0);
  const order = finished.map(({ arm }) => toPlainText(arm.name)).join(', ');
  return `Against previous: test accuracy minus that of the one before it in this order: ${order}; ${rest}`;
}

function noteOnMethods(compared: readonly Named[]): string[] {
  const byMethod = new Map<string, string[]>();
  for (const { name, comparison } of compared) {
    const method = renderMethod(comparison);
    byMethod.set(method, [...(byMethod.get(method) ?? []), name]);
  }
  if (byMethod.size === 1) return [...byMethod.keys()].map((method) => `${method}.`);
  return [...byMethod].map(([method, names]) => `${renderNames(names)}: ${method}.`);
}

function renderMethod({ method, count }: ArmComparison): string {
  const number = renderCount(count);
  switch (method) {
    case 'paired t test':
      return `Paired t test over ${number} shared seeds`;
    case 'sequential paired t test':
      return `Paired t test over ${number} shared seeds, looked at after each: difference, interval and significance hold for all looks together, the row's own interval does not`;
    case 'Welch t test':
      return `Welch's t test, as the seeds differ, with ${number} or more on each side`;
    case 'McNemar test':
      return `McNemar's exact test on ${number} test images (interval by Newcombe), which compares these two networks, not what another seed would do`;
    case 'test of two proportions':
      return `Test of two proportions of ${number} test images (interval by Newcombe), as it is not known which images were right; it compares these two networks, not what another seed would do`;
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

/** With several tests, one may be significant by chance: says whether that may have happened. */
function noteOnSeveral(compared: readonly Named[]): string {
  const tested = compared.filter(({ comparison }) => comparison.pValue !== undefined);
  const corrected = correctByHolm(tested.map(({ comparison }) => comparison.pValue ?? 1));
  const told = tested.flatMap(({ name, comparison }, index) => {
    const isTold = comparison.verdict === 'better' || comparison.verdict === 'worse';
    return isTold ? [{ name, holds: (corrected[index] ?? 1) < usualComparison.alpha }] : [];
  });
  if (tested.length < 2 || told.length === 0) return '';
  const lost = told.filter(({ holds }) => !holds).map(({ name }) => name);
  const start = `${renderCount(tested.length)} differences are tested, and where there is none, one in 20 is significant by chance`;
  if (lost.length === 0) return `${start}; corrected for that (Holm), all stay significant.`;
  return `${start}; corrected for that (Holm), that of ${renderNames(lost)} does not stay significant.`;
}
