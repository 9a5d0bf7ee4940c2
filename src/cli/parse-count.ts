import { InvalidArgumentError } from 'commander';

/** Parses an option's whole number from 1 on, for commander. */
export function parseCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || count > 1_000_000) {
    throw new InvalidArgumentError('expected a whole number from 1 on.');
  }
  return count;
}
