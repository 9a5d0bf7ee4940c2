import { renderNames } from '../../text/quantities.js';
import { createDataError } from './data-error.js';

/** What images are for; `all` where the source does not say. */
export type Part = 'train' | 'test' | 'all';

const words: readonly (readonly [
  kind: 'train' | 'test' | 'validation',
  names: readonly string[],
])[] = [
  ['train', ['train', 'training']],
  ['test', ['test', 'testing', 't10k']],
  ['validation', ['val', 'valid', 'validation', 'dev']],
];

/** Returns what a name says of its images: "train-00000-of-00001", "t10k-images". */
function kindOf(name: string): 'train' | 'test' | 'validation' | undefined {
  const parts = name.toLowerCase().split(/[^a-z0-9]+/);
  return words.find(([, names]) => parts.some((part) => names.includes(part)))?.[0];
}

/**
 * Returns the part of each name: of a file or a folder. Without a test part validation images are tested on; beside one they
 * are left out. Where no name says anything, all are one part.
 * @throws UserError (data) if there is a test part and no training part, or names that say nothing beside some that do.
 */
export function assignParts(names: readonly string[], where: string): ReadonlyMap<string, Part> {
  const kinds = new Map(names.map((name) => [name, kindOf(name)]));
  const found = new Set(kinds.values());
  if (!found.has('test') && !found.has('validation')) {
    return new Map(names.map((name) => [name, 'all']));
  }
  const silent = names.filter((name) => kinds.get(name) === undefined);
  if (silent.length > 0 || !found.has('train')) {
    const message = found.has('train')
      ? `"${where}" has parts for training and test, and ${renderNames(silent)} is neither.`
      : `"${where}" has a test part and none for training.`;
    throw createDataError(message, 'call them "train" and "test".');
  }
  const tested = found.has('test') ? 'test' : 'validation';
  return new Map(
    [...kinds].flatMap(([name, kind]): [string, Part][] => {
      if (kind === 'train') return [[name, 'train']];
      return kind === tested ? [[name, 'test']] : [];
    }),
  );
}
