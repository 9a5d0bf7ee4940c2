import { InvalidArgumentError, Option } from 'commander';
import { cifar10ClassNames } from '../cifar10/class-names.js';
import { parseCount } from './parse-count.js';

/** Returns `--limit <train[,test]>`. */
export function createLimitOption(): Option {
  const description =
    'use at most this many training and test images; a validation split shrinks with them';
  return new Option('--limit <train[,test]>', description).argParser(parseLimit);
}

/** As in experiment files: fewer could not hold one of each class. */
const fewestImages = cifar10ClassNames.length;

/** CIFAR-10 has 10,000 test images; one number limits both sets. */
function parseLimit(text: string): { readonly train: number; readonly test: number } {
  const [train, test = train, ...more] = text.split(',').map(parseCount);
  if (train === undefined || test === undefined || more.length > 0) {
    throw new InvalidArgumentError('expected one number, or two with a comma: 5000,1000.');
  }
  if (Math.min(train, test) < fewestImages) {
    throw new InvalidArgumentError(`expected at least ${fewestImages} images: one of each class.`);
  }
  return { train, test: Math.min(test, 10_000) };
}
