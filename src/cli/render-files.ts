import { resolve } from 'node:path';
import { cifar10Files } from '../cifar10/files.js';
import { escapeInvisible } from '../visible-text.js';

/** Returns the text that says where the six checked files are. */
export function renderFiles(folder: string): string {
  const lines = cifar10Files.map(
    ({ name, records, sha256 }) =>
      `  ${name.padEnd(16)}  ${records} images  sha256 ${sha256.slice(0, 12)}  verified`,
  );
  return [`CIFAR-10 is in ${escapeInvisible(resolve(folder))}`, ...lines, ''].join('\n');
}
