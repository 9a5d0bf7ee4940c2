import { findAtPath, type KeyPath, renderChanges } from '../../experiment/sweep/key-path.js';
import { hintForKey } from '../../experiment/sweep/open-path.js';
import { UserError } from '../../user-error.js';
import type { Trial } from '../trial.js';
import type { Filter, Shard } from './parse-selection.js';

/**
 * Returns the trials that fit all filters, in their order.
 * @throws UserError if a filter names a key that no trial has, or if no trial is left.
 */
export function filterTrials(trials: readonly Trial[], filters: readonly Filter[]): Trial[] {
  for (const filter of filters) requireKnown(trials, filter);
  const fitting = trials.filter((trial) => filters.every((filter) => fits(trial, filter)));
  if (fitting.length > 0 || trials.length === 0) return fitting;
  const names = [...new Set(trials.map(({ experiment }) => experiment.name))];
  throw new UserError(
    `--filter ${filters.map(({ text }) => `"${text}"`).join(', ')} leaves none of ${trials.length} trials.`,
    { hint: `the experiments are ${names.slice(0, 10).join(', ')}; "--dry-run" lists the trials.` },
  );
}

function fits(trial: Trial, { path, patterns, isNegated }: Filter): boolean {
  const value = findAtPath(withOwnKeys(trial), path) ?? null;
  return patterns.some((pattern) => fitsPattern(value, pattern)) !== isNegated;
}

function withOwnKeys({ experiment, seed, id }: Trial): object {
  return { ...experiment, seed, id };
}

/** Numbers are compared as numbers, so that 1e-3 is 0.001; all else as text. */
function fitsPattern(value: unknown, pattern: string): boolean {
  if (typeof value === 'number' && value === Number(pattern)) return true;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const escaped = pattern.replace(/[\\^$.|+()[\]{}]/g, '\\$&');
  const glob = escaped.replaceAll('*', '.*').replaceAll('?', '.');
  return new RegExp(`^${glob}$`, 's').test(text);
}

/** null in a pattern asks for a key that is not there: only a key that no trial has may be misspelt. */
function requireKnown(trials: readonly Trial[], { text, path }: Filter): void {
  const described = trials.map(withOwnKeys);
  if (described.some((trial) => findAtPath(trial, path) !== undefined)) return;
  const paths = described.slice(0, 1).flatMap((trial) => listPaths(trial));
  const known = paths.filter((other) => other.length === 1).map(String);
  throw new UserError(
    `--filter "${text}" names a key that no trial has.`,
    hintForKey(String(path.at(-1)), known, paths),
  );
}

function listPaths(value: unknown, path: KeyPath = []): KeyPath[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const step = Array.isArray(value) ? Number(key) : key;
    return [[...path, step], ...listPaths(inner, [...path, step])];
  });
}

/**
 * Returns a shard's trials, in the plan's order. Each trial is in just one shard, and no shard has over one more than
 * another. Shards do not depend on the order of the files nor on the machine: keys do, so they play no part.
 * @throws UserError if there are fewer trials than shards, and none for this one.
 */
export function takeShard(trials: readonly Trial[], { index, count }: Shard): Trial[] {
  const sorted = trials
    .map((trial) => ({ trial, place: renderPlace(trial) }))
    .sort((a, b) => (a.place < b.place ? -1 : 1));
  const taken = new Set(
    sorted.filter((_, place) => place % count === index - 1).map(({ trial }) => trial),
  );
  if (taken.size > 0 || trials.length === 0) return trials.filter((trial) => taken.has(trial));
  throw new UserError(`--shard ${index}/${count} has none of ${trials.length} trials.`, {
    hint: 'use as many shards as there are trials, or fewer.',
  });
}

function renderPlace({ experiment, changes, seed }: Trial): string {
  return `${experiment.name}\n${renderChanges(changes)}\n${String(seed).padStart(10, '0')}`;
}
