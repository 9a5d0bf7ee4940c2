import { hintForKey } from '../../experiment/hints.js';
import { findAtPath, type KeyPath, renderChanges } from '../../experiment/sweep/key-path.js';
import { UserError } from '../../user-error.js';
import type { Trial } from '../trial.js';
import type { Filter, Shard, TrialReference } from './parse-selection.js';

/** What is wanted of a plan. */
export interface Selection {
  readonly filters: readonly Filter[];
  readonly shard?: Shard | undefined;
  /** All trials if not given. */
  readonly references?: readonly TrialReference[] | undefined;
}

/**
 * Returns the trials that are referred to and fit all filters, in the plan's order; of these the shard's.
 * @throws UserError if that is none, or if something is named that the plan does not have.
 */
export function selectTrials(plan: readonly Trial[], selection: Selection): readonly Trial[] {
  const { filters, shard, references } = selection;
  const named = references ? takeReferred(plan, references) : plan;
  const fitting = filters.length > 0 ? filterTrials(named, filters) : named;
  return shard ? takeShard(fitting, shard) : fitting;
}

/** @throws UserError if the plan has no such trial. */
function takeReferred(plan: readonly Trial[], references: readonly TrialReference[]): Trial[] {
  const places = new Map(plan.map(({ id }, place) => [id, place]));
  const isTaken = plan.map(() => false);
  for (const reference of references) {
    const place = 'id' in reference ? places.get(reference.id) : undefined;
    const { from, to } = 'id' in reference ? { from: place, to: place } : reference;
    if (from === undefined || to === undefined) throw isNotPlanned(reference as { id: string });
    if (to >= plan.length) throw isBeyond(to, plan.length);
    isTaken.fill(true, from, to + 1);
  }
  return plan.filter((_, place) => isTaken[place]);
}

function isNotPlanned({ id }: { readonly id: string }): UserError {
  return new UserError(`--trials names "${id}", which these files and options do not make.`, {
    hint: 'an id follows from experiment, device, threads and version; "--dry-run" lists them.',
  });
}

function isBeyond(place: number, count: number): UserError {
  return new UserError(
    `--trials names trial ${place}, but there are ${count}, counted from 0: the last is ${count - 1}.`,
    { hint: '"--dry-run --json" lists them with their "index".' },
  );
}

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
