import { InvalidArgumentError, Option } from 'commander';
import type { Severity } from '../corruptions/corruption.js';
import { corruptions } from '../corruptions/list.js';
import type { CorruptionsOption } from '../corruptions/selection.js';
import { quote } from '../text/quote.js';
import { parseCount } from './shared-options.js';

/** Returns `--corruptions <which>`. */
export function createCorruptionsOption(): Option {
  const description =
    'also judge on corrupted test images: "cifar10-c", "all" (with the four held out), or names with commas (docs/robustness.md)';
  return new Option('--corruptions <which>', description).argParser(parseCorruptions);
}

function parseCorruptions(text: string): CorruptionsOption {
  if (text === 'cifar10-c') return text;
  if (text === 'all') return { heldOut: true };
  const names = corruptions.map(({ name }) => name);
  const kinds = text.split(',').map((name) => name.trim());
  const unknown = kinds.find((kind) => !names.includes(kind));
  if (unknown !== undefined) {
    throw new InvalidArgumentError(
      `expected "cifar10-c", "all" or corruptions with commas, not ${quote(unknown)}; there are ${names.join(', ')}.`,
    );
  }
  return { kinds: [...new Set(kinds)] };
}

/** Returns the options that choose fewer of the corrupted images, or the published ones. */
export function createSelectionOptions(): Option[] {
  return [
    new Option('--severities <n,...>', 'only these of 1 to 5').argParser(parseSeverities),
    new Option('--images <n>', 'corrupt so many test images, balanced over the classes').argParser(
      parseCount,
    ),
    new Option('--npy <folder>', 'read the published CIFAR-10-C files in this folder'),
  ];
}

function parseSeverities(text: string): readonly Severity[] {
  const numbers = text.split(',').map(Number);
  if (numbers.every((number) => [1, 2, 3, 4, 5].includes(number))) {
    return [...new Set(numbers)] as Severity[];
  }
  throw new InvalidArgumentError('expected numbers from 1 to 5 with commas: 1,3,5.');
}

export interface SelectionFlags {
  readonly corruptions?: CorruptionsOption;
  readonly severities?: readonly Severity[];
  readonly images?: number;
  readonly npy?: string;
}

/** Returns what the options ask for together; the fifteen corruptions without any. */
export function corruptionsFromFlags(flags: SelectionFlags): CorruptionsOption {
  const { corruptions: chosen = 'cifar10-c', severities, images, npy } = flags;
  return {
    ...(chosen === 'cifar10-c' ? {} : chosen),
    ...(severities && { severities }),
    ...(images !== undefined && { images }),
    ...(npy !== undefined && { npy }),
  };
}
