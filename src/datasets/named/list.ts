import { cifar10 } from './cifar10.js';
import { cifar100, cifar100Coarse } from './cifar100.js';
import { fashionMnist } from './fashion-mnist.js';
import { mnist } from './mnist.js';
import type { NamedDataset } from './named-dataset.js';
import { stl10 } from './stl10.js';
import { svhn } from './svhn.js';

/** All published data sets that experiments may name. */
export const namedDatasets: readonly NamedDataset[] = [
  cifar10,
  mnist,
  fashionMnist,
  cifar100,
  cifar100Coarse,
  svhn,
  stl10,
];

/**
 * Returns the data set of a name.
 * @throws Error (a bug) if there is none.
 */
export function findNamed({ name }: { readonly name: string }): NamedDataset {
  const found = namedDatasets.find((dataset) => dataset.name === name);
  if (!found) throw new Error(`There is no data set "${name}".`);
  return found;
}
