import { InvalidArgumentError } from 'commander';
import type { View } from '../report/view/view.js';

/** Parses "test-accuracy", or "-test-accuracy" for the largest first. */
export function parseSort(text: string): NonNullable<View['sort']> {
  const isDescending = text.startsWith('-');
  const key = isDescending ? text.slice(1) : text;
  if (key === '') throw new InvalidArgumentError('expected a column or a setting.');
  return { key, order: isDescending ? 'descending' : 'ascending' };
}

/** Parses a list of keys with commas. */
export function parseKeys(text: string): readonly string[] {
  const keys = text.split(',').map((key) => key.trim());
  if (keys.includes('')) throw new InvalidArgumentError('expected names with commas between them.');
  return keys;
}

/** Parses a number of digits. */
export function parsePrecision(text: string): number {
  if (!/^[0-6]$/.test(text)) throw new InvalidArgumentError('expected a number from 0 to 6.');
  return Number(text);
}
