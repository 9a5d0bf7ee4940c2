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
 * Numbers the classes: names in their order, numbers as they are; labels are numbers where every one is. `places` says where
 * each image lies.
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
  const numbers = written.map(parseNumber);
  const areNumbers = numbers.every((number) => number !== undefined);
  if (areNumbers) return requireRange(numbers, { written, places, classNames: known });
  if (!known) return numberNames(written.map(String), classOrder);
  return findNames(written.map(String), { places, known });
}

function findNames(
  written: readonly string[],
  { places, known }: { readonly places: readonly string[]; readonly known: readonly string[] },
): NumberedLabels {
  const byName = new Map(known.map((name, label) => [name, label]));
  const unknown = written.findIndex((name) => !byName.has(name));
  if (unknown >= 0) {
    throw createDataError(
      `"${places[unknown]}": the label must name one of the classes ${renderNames(known)}, received "${written[unknown]}".`,
    );
  }
  const labels = Uint16Array.from(written, (name) => byName.get(name) ?? 0);
  return requireCount({ labels, classNames: known });
}

/** A name of digits, with a sign or a point among them, is a number; "1.0" is 1, as pandas writes it. */
function parseNumber(label: string | number): number | undefined {
  if (typeof label === 'number') return label;
  return /^[+-]?\d{1,9}(\.\d*)?$/.test(label) ? Number(label) : undefined;
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

interface Setting {
  readonly written: readonly (string | number)[];
  readonly places: readonly string[];
  /** Left out where numbers are their own names. */
  readonly classNames: readonly string[] | undefined;
}

function requireRange(numbers: readonly number[], setting: Setting): NumberedLabels {
  const { written, places, classNames } = setting;
  const end = classNames?.length ?? mostClasses;
  const isClass = (label: number) => Number.isInteger(label) && label >= 0 && label < end;
  const wrong = numbers.findIndex((label) => !isClass(label));
  if (wrong >= 0) {
    throw createDataError(
      `"${places[wrong]}": the label must be a whole number from 0 to ${end - 1}, received ${written[wrong]}.`,
      'labels that are numbers are counted from 0; the name of a class needs a letter.',
    );
  }
  const highest = numbers.reduce((most, label) => Math.max(most, label), 0);
  const names = classNames ?? Array.from({ length: highest + 1 }, (_, label) => String(label));
  return requireCount({ labels: Uint16Array.from(numbers), classNames: names });
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
