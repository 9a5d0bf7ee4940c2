import { cifar10ClassNames, cifar10Counts, cifar10Shape } from '../../cifar10/cifar10.js';
import { readCifar10 } from '../../cifar10/dataset.js';
import { cifar10Files, fetchCifar10, findCifar10, possibleDataFiles } from '../../cifar10/files.js';
import type { NamedDataset } from './named-dataset.js';

export const cifar10: NamedDataset = {
  name: 'cifar10',
  facts: {
    title: 'CIFAR-10',
    shape: cifar10Shape,
    counts: cifar10Counts,
    classNames: cifar10ClassNames,
    sha256: Object.fromEntries(cifar10Files.map(({ name, sha256 }) => [name, sha256])),
  },
  files: cifar10Files,
  find: findCifar10,
  possibleFiles: possibleDataFiles,
  fetch: fetchCifar10,
  read: readCifar10,
};
