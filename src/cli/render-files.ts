import { resolve } from 'node:path';
import type { NamedDataset } from '../datasets/named/named-dataset.js';
import { escapeInvisible } from '../visible-text.js';

/** Returns the text that says where the checked files of a data set are. */
export function renderFiles({ facts, files }: NamedDataset, folder: string): string {
  const width = Math.max(...files.map(({ name }) => name.length));
  const lines = files.map(
    ({ name, records, sha256 }) =>
      `  ${name.padEnd(width)}  ${records} images  sha256 ${sha256.slice(0, 12)}  verified`,
  );
  return [`${facts.title} is in ${escapeInvisible(resolve(folder))}`, ...lines, ''].join('\n');
}
