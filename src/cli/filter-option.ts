import { InvalidArgumentError, Option } from 'commander';
import { type Filter, parseFilter } from '../runner/plan/parse-filter.js';
import { parseShard, type Shard } from '../runner/plan/parse-shard.js';

/** Returns `--filter <pattern>`, which may be given several times: all must fit. */
export function createFilterOption(): Option {
  const description =
    "only trials that fit: 'z*' (experiments), seed=0,1 or training.batchSize=32; '!' for all others; repeatable";
  return new Option('--filter <pattern>', description)
    .argParser((text: string, filters: readonly Filter[]) => [...filters, readFilter(text)])
    .default([], 'none');
}

/** Returns `--shard <i/n>`. */
export function createShardOption(): Option {
  const description = 'only the i-th of n equal parts of the trials, for several machines';
  return new Option('--shard <i/n>', description).argParser(readShard);
}

function readFilter(text: string): Filter {
  const filter = parseFilter(text);
  if (filter) return filter;
  throw new InvalidArgumentError('expected a pattern of names, or key=value[,value...].');
}

function readShard(text: string): Shard {
  const shard = parseShard(text);
  if (shard) return shard;
  throw new InvalidArgumentError('expected a part of a whole, such as 1/3.');
}
