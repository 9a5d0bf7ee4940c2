import { renderNames } from '../../text/quantities.js';
import type { DatasetFiles } from '../dataset-options.js';
import { mostClasses } from '../dataset-options.js';
import { createDataError } from './data-error.js';

/** Labels as numbers, and what the numbers are called. */
export interface NumberedLabels {
  readonly labels: Uint16Array;
  readonly classNames: readonly string[];
}

/**
 * Numbers the classes: names in their order, whole numbers as they are. `places` says where each image lies.
 * @throws UserError (data) for a number that is no class, or too few or too many classes.
 */
export function numberLabels(
  written: readonly (string | number)[],
  places: readonly string[],
  {
    known,
    classOrder,
  }: {
    readonly known: readonly string[] | undefined;
    readonly classOrder: DatasetFiles['classOrder'] | undefined;
  },
): NumberedLabels {
  const numbers = written.map((label) =>
    typeof label === 'number' ? label : /^\d{1,9}$/.test(label) ? Number(label) : undefined,
  );
  const areNumbers = numbers.every((number) => number !== undefined);
  if (known === undefined && !areNumbers) return numberNames(written.map(String), classOrder);
  if (!areNumbers) {
    const byName = new Map(known?.map((name, label) => [name, label]));
    return requireRange(
      written.map((label) => byName.get(String(label)) ?? -1),
      places,
      known ?? [],
    );
  }
  const highest = numbers.reduce(
    (most, label) => (label < mostClasses ? Math.max(most, label) : most),
    0,
  );
  const names = known ?? Array.from({ length: highest + 1 }, (_, label) => String(label));
  return requireRange(numbers, places, names);
}

function numberNames(
  written: readonly string[],
  classOrder: DatasetFiles['classOrder'] | undefined,
): NumberedLabels {
  const names = [...new Set(written)].sort(classOrder === 'natural' ? compareNaturally : undefined);
  const byName = new Map(names.map((name, label) => [name, label]));
  return requireCount({
    labels: Uint16Array.from(written, (name) => byName.get(name) ?? 0),
    classNames: names,
  });
}

const natural = new Intl.Collator('en', { numeric: true });

function compareNaturally(one: string, other: string): number {
  return natural.compare(one, other);
}

function requireRange(
  numbers: readonly number[],
  places: readonly string[],
  classNames: readonly string[],
): NumberedLabels {
  const wrong = numbers.findIndex(
    (label) => !Number.isInteger(label) || label < 0 || label >= classNames.length,
  );
  if (wrong >= 0) {
    throw createDataError(
      `"${places[wrong]}": the label must be a whole number from 0 to ${classNames.length - 1}, received ${numbers[wrong]}.`,
      'labels are counted from 0.',
    );
  }
  return requireCount({ labels: Uint16Array.from(numbers), classNames });
}

function requireCount(numbered: NumberedLabels): NumberedLabels {
  const { length } = numbered.classNames;
  if (length >= 2 && length <= mostClasses) return numbered;
  const names = length < 2 ? `: ${renderNames(numbered.classNames)}` : '';
  throw createDataError(
    `There must be 2 to ${mostClasses} classes, found ${length}${names}.`,
    'a folder of images has one folder for each class.',
  );
}
