import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import {
  type DatasetFiles,
  type DatasetOptions,
  datasetSchema,
  type FoundDataset,
  isOfFiles,
} from '../datasets/dataset-options.js';
import { factsOf } from '../datasets/facts.js';
import type { Problem } from '../problem.js';
import type { Progress } from '../progress.js';
import { ownValue } from './sweep/key-path.js';
import { assignAt } from './sweep/open-path.js';

/** What was read of the images that experiments name. */
export interface FoundDatasets {
  /** Returns what was found; nothing where it is still to be read. */
  find(options: DatasetFiles, folder: string): FoundDataset | 'unread' | undefined;
}

/** Nothing is read: a file must say itself what was found. */
export const noneFound: FoundDatasets = { find: () => undefined };

/** Remembers what was asked for, reads it, and knows it from then on. */
export function createFoundDatasets() {
  const found = new Map<string, FoundDataset>();
  const missing = new Map<string, { readonly options: DatasetFiles; readonly folder: string }>();
  const keyOf = (
    { found: _, trainLimit: __, testLimit: ___, ...options }: DatasetFiles,
    folder: string,
  ) => JSON.stringify([resolve(folder, options.path), options]);
  return {
    find(options: DatasetFiles, folder: string): FoundDataset | 'unread' {
      const key = keyOf(options, folder);
      const known = found.get(key);
      if (!known) missing.set(key, { options, folder });
      return known ?? 'unread';
    },
    /** @returns whether there was anything to read. @throws UserError (data, storage) */
    async readMissing(progress: Progress): Promise<boolean> {
      if (missing.size === 0) return false;
      const { readSource } = await import('../datasets/files/read-source.js');
      for (const [key, { options, folder }] of missing) {
        const read = await readSource(options, { folder, progress });
        for (const note of read.notes) progress.note(`"${options.path}": ${note}`);
        found.set(key, read.found);
      }
      missing.clear();
      return true;
    },
  };
}

interface Located {
  readonly root: unknown;
  /** Of the whole data set; any number where it is still to be read. */
  readonly trainCount: number;
  readonly problem?: Problem;
}

/** While images are unread, a share of them is counted of so many: the number is not used. */
const countOfUnread = 1000;

/** Returns an experiment, as it is written in full, with what was found of its images in `dataset.found`. */
export function attachFound(
  root: unknown,
  { datasets, folder }: { readonly datasets: FoundDatasets; readonly folder: string },
): Located {
  const parsed = datasetSchema.safeParse(ownValue(root, 'dataset'));
  // What is wrong with it the schema of the whole tells.
  if (!parsed.success) return { root, trainCount: countOfUnread };
  const options = parsed.data as DatasetOptions;
  if (!isOfFiles(options)) return { root, trainCount: factsOf(options).counts.train };
  const found = datasets.find(options, folder) ?? options.found;
  if (found === undefined)
    return { root, trainCount: countOfUnread, problem: explainUnread(options) };
  if (found === 'unread') return { root, trainCount: countOfUnread };
  const problem = options.found && explainOther(options.found, found);
  return {
    root: assignAt(root, ['dataset', 'found'], found),
    trainCount: found.train,
    ...(problem && { problem }),
  };
}

function explainUnread({ path }: DatasetFiles): Problem {
  return {
    message: `dataset.path "${path}" was not read.`,
    hint: 'use readExperiments or runExperiments, which read the images.',
  };
}

function explainOther(written: FoundDataset, found: FoundDataset): Problem | undefined {
  const key = (['height', 'width', 'channels', 'train', 'test', 'classes', 'sha256'] as const).find(
    (one) => !isDeepStrictEqual(written[one], found[one]),
  );
  if (key === undefined) return undefined;
  return {
    message: `dataset.found.${key} must be ${JSON.stringify(found[key])}, as the images are now, received ${JSON.stringify(written[key])}.`,
    hint: 'the images were changed: take "found" out to train on them as they are.',
  };
}
