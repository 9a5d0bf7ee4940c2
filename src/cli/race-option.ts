import { InvalidArgumentError, Option } from 'commander';
import { type Race, raceSchema } from '../experiment/race.js';

/** Returns `--race <control[,key=value...]>`. */
export function createRaceOption(): Option {
  const description =
    'add seeds until each experiment differs significantly from this control, or by less than the margin (docs/search.md); minmax,margin=0.5pp,maxSeeds=12';
  return new Option('--race <control[,key=value...]>', description)
    .argParser(parseRace)
    .conflicts(['seeds', 'seed', 'shard', 'filter']);
}

const keys = Object.keys(raceSchema.shape).filter((key) => key !== 'against');

/** Parses "minmax,margin=0.5pp,maxSeeds=12". */
export function parseRace(text: string): Race {
  const [against, ...settings] = text.split(',');
  const pairs = settings.map((setting) => {
    const [key = '', value = ''] = setting.split(/=(.*)/s, 2);
    if (!keys.includes(key) || value === '') {
      throw new InvalidArgumentError(
        `expected key=value after the control, with ${keys.join(', ')}.`,
      );
    }
    return [key, key === 'margin' ? value : Number(value)];
  });
  const parsed = raceSchema.safeParse({ against, ...Object.fromEntries(pairs) });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new InvalidArgumentError(`${issue?.path.join('.')}: ${issue?.message}.`);
}
