import { InvalidArgumentError, Option } from 'commander';
import { parseCount } from './parse-count.js';

/** Returns `--limit <train[,test]>`. */
export function createLimitOption(): Option {
  const description = 'use at most this many training and test images';
  return new Option('--limit <train[,test]>', description).argParser(parseLimit);
}

/** CIFAR-10 has 10,000 test images; one number limits both sets. */
function parseLimit(text: string): { readonly train: number; readonly test: number } {
  const [train, test, ...more] = text.split(',').map(parseCount);
  if (train === undefined || more.length > 0) {
    throw new InvalidArgumentError('expected one number, or two with a comma: 5000,1000.');
  }
  return { train, test: Math.min(test ?? train, 10_000) };
}
