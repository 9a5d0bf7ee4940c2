import { basename } from 'node:path';
import { type DatasetFacts, ownHashName } from './dataset.js';
import type { DatasetFiles, DatasetOptions } from './dataset-options.js';
import { isOfFiles } from './dataset-options.js';
import { findNamed } from './named/list.js';

export type { DatasetFacts };

/**
 * Returns what is known of an experiment's data set.
 * @throws Error (a bug) if its files were not read.
 */
export function factsOf(options: DatasetOptions): DatasetFacts {
  return isOfFiles(options) ? factsOfFiles(options) : findNamed(options).facts;
}

function factsOfFiles({ found, path }: DatasetFiles): DatasetFacts {
  if (!found) throw new Error(`The images of "${path}" were not read.`);
  const { height, width, channels, train, test, classes, sha256 } = found;
  return {
    title: basename(path),
    shape: { height, width, channels },
    counts: { train, test },
    classNames: classes,
    sha256: { [ownHashName]: sha256 },
  };
}

/** Returns how many images there are of each part: all, or as many as the limits leave. */
export function countLimited(options: DatasetOptions): {
  readonly train: number;
  readonly test: number;
} {
  const { counts } = factsOf(options);
  const { trainLimit = counts.train, testLimit = counts.test } = options;
  return { train: Math.min(trainLimit, counts.train), test: Math.min(testLimit, counts.test) };
}

/** Returns a class' name: a network may have more outputs than the data set has classes. */
export function nameClass({ classNames }: Pick<DatasetFacts, 'classNames'>, label: number): string {
  return classNames[label] ?? `class ${label}`;
}
