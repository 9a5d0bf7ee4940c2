import { InvalidArgumentError, Option } from 'commander';

const largestSeed = 2 ** 31 - 1;

/** Returns `--seeds <count|list>`. */
export function createSeedsOption(): Option {
  const description = 'train each experiment with so many seeds (5: 0 to 4), or with these: 0,1,2';
  return new Option('--seeds <count|list>', description).argParser(parseSeeds);
}

/** Returns `--seed <n[,n...]>`, which always takes seeds and never a count. */
export function createSeedOption(): Option {
  return new Option('--seed <n[,n...]>', 'train each experiment with these seeds')
    .argParser(parseSeedList)
    .conflicts('seeds');
}

/** Parses "5" as the seeds 0 to 4, and "5,7" as itself. */
export function parseSeeds(text: string): readonly number[] {
  if (text.includes(',')) return parseSeedList(text);
  const count = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= 1000) return Array.from({ length: count }, (_, seed) => seed);
  throw new InvalidArgumentError('expected how many (1 to 1000), or seeds with commas: 0,1,2.');
}

/** Parses "5" and "5,7" as themselves. */
export function parseSeedList(text: string): readonly number[] {
  const seeds = text.split(',').map((part) => (/^\d+$/.test(part) ? Number(part) : Number.NaN));
  const isUsable = seeds.every((seed) => seed <= largestSeed);
  if (!isUsable || new Set(seeds).size < seeds.length) {
    throw new InvalidArgumentError('expected different whole numbers with commas: 0,1,2.');
  }
  return seeds;
}
