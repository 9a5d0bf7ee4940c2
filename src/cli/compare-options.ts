import { InvalidArgumentError } from 'commander';
import { type AllowName, allowNames } from '../gate/gate-result.js';

/** Parses "0.5pp" into a share of 1. */
export function parsePoints(text: string): number {
  const points = /^(\d+(?:\.\d+)?)pp$/.exec(text)?.[1];
  if (points === undefined || Number(points) > 100) {
    throw new InvalidArgumentError('expected percentage points, such as 1pp or 0.5pp.');
  }
  return Number(points) / 100;
}

/** Parses a probability. */
export function parseAlpha(text: string): number {
  const alpha = Number(text);
  if (!/^\d*\.?\d+(?:e-?\d+)?$/.test(text) || alpha <= 0 || alpha >= 1) {
    throw new InvalidArgumentError('expected a number between 0 and 1, such as 0.05.');
  }
  return alpha;
}

/** Adds the names in a list with commas to those before. */
export function parseAllow(text: string, before: readonly AllowName[]): readonly AllowName[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !isAllowName(name));
  if (unknown !== undefined) {
    throw new InvalidArgumentError(`expected one or more of ${allowNames.join(', ')}.`);
  }
  return [...new Set([...before, ...names.filter(isAllowName)])];
}

function isAllowName(name: string): name is AllowName {
  return (allowNames as readonly string[]).includes(name);
}
