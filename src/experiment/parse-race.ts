import type { Problem } from '../problem.js';
import { type Race, raceSchema } from './race.js';

const keys = Object.keys(raceSchema.shape).filter((key) => key !== 'against');

/** Parses what `--race` is given: "minmax,margin=0.5pp,maxSeeds=12". */
export function parseRace(text: string): Race | Problem {
  const [against, ...settings] = text.split(',');
  const pairs = settings.map((setting) => setting.split(/=(.*)/s, 2));
  const odd = pairs.find(([key = '', value = '']) => !keys.includes(key) || value === '');
  if (odd) {
    return {
      message: `expected key=value after the control, received "${odd.join('=')}".`,
      hint: `the keys are ${keys.join(', ')}.`,
    };
  }
  const given = pairs.map(([key, value]) => [key, key === 'margin' ? value : Number(value)]);
  const parsed = raceSchema.safeParse({ against, ...Object.fromEntries(given) });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return { message: `${issue?.path.join('.')} ${issue?.message}.` };
}
