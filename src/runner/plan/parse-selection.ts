import { type KeyPath, parseKeyPath } from '../../experiment/sweep/key-path.js';

/** Which trials of a plan are wanted. */
export interface Filter {
  /** As it was written. */
  readonly text: string;
  readonly isNegated: boolean;
  /** A key of the experiment, or "seed" or "id". */
  readonly path: KeyPath;
  /** The trial's value must fit one of them. */
  readonly patterns: readonly string[];
}

/**
 * Parses "raw*" (names of experiments), "seed=0,1" or "training.batchSize=32" (values of keys), each with "!" before it for
 * all others; nothing where the text is none of these. In patterns, * stands for any text and ? for one character.
 */
export function parseFilter(text: string): Filter | undefined {
  const isNegated = text.startsWith('!');
  const [, key, values = ''] = /^(?:([^=]*)=)?(.*)$/s.exec(isNegated ? text.slice(1) : text) ?? [];
  const path = parseKeyPath(key?.trim() ?? 'name');
  const patterns = values.split(',').map((pattern) => pattern.trim());
  return path && !patterns.includes('') ? { text, isNegated, path, patterns } : undefined;
}

/** One of several machines' part of a plan. Range: index 1 to count. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** Parses "1/3"; nothing where the text is no part of a whole. */
export function parseShard(text: string): Shard | undefined {
  const [, index = 0, count = 0] = (/^(\d{1,5})\/(\d{1,5})$/.exec(text) ?? []).map(Number);
  return index >= 1 && index <= count ? { index, count } : undefined;
}

/** Trials of a plan by their places, counted from 0, both ends included; or one by its id. */
export type TrialReference =
  | { readonly from: number; readonly to: number }
  | { readonly id: string };

/** Parses "7", "0-49" and ids, with commas between them; nothing where the text is none of these. */
export function parseTrialList(text: string): readonly TrialReference[] | undefined {
  const references = text.split(',').map((part) => parseReference(part.trim()));
  return references.every((reference) => reference !== undefined) ? references : undefined;
}

function parseReference(text: string): TrialReference | undefined {
  const [, first, last = first] = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(text) ?? [];
  if (first === undefined) return /-seed\d+-[0-9a-f]{8}$/.test(text) ? { id: text } : undefined;
  const [from, to] = [Number(first), Number(last)];
  return from <= to ? { from, to } : undefined;
}
