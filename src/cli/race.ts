import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { RaceStanding } from '../analysis/race/race-trials.js';
import type { Race } from '../experiment/race.js';
import { readResults } from '../results/read-results.js';
import { renderCount, renderCountOf, renderList } from '../text/quantities.js';
import { quote } from '../text/quote.js';
import { UserError } from '../user-error.js';

/** Says how a race stands: "Race after 4 seeds: zscore is better (4 seeds), geometric races on." */
export function renderStanding({ racers }: RaceStanding): string {
  const seeds = Math.max(0, ...racers.map(({ seedCount }) => seedCount));
  const racing = racers.filter(({ verdict }) => verdict === 'racing').map(({ name }) => name);
  const ended = racers
    .filter(({ verdict }) => verdict !== 'racing')
    .map(({ name, verdict, seedCount }) => `${name} ${ends[verdict]} (${renderCount(seedCount)})`);
  const goesOn = racing.length > 0 ? [`${renderList(racing)} still in the race`] : [];
  return `Race after ${renderCountOf(seeds, 'seed')}: ${[...ended, ...goesOn].join('; ')}.`;
}

const ends = {
  better: 'is better',
  worse: 'is worse',
  'within margin': 'is within the margin',
  undecided: 'is undecided',
  racing: '',
} as const;

/**
 * The error rate of a race is planned before its first look: the same folder cannot go on under other rules.
 * @throws UserError
 */
export async function requireSameRace(race: Race, folder: string): Promise<void> {
  const file = join(folder, 'results.json');
  const isThere = await access(file).then(
    () => true,
    () => false,
  );
  if (!isThere) return;
  const { trials } = await readResults(file);
  const before = trials.find(
    ({ experiment }) => experiment.race && !isDeepStrictEqual(experiment.race, race),
  )?.experiment.race;
  if (!before) return;
  const changed = Object.entries(race).find(([key, value]) => before[key as keyof Race] !== value);
  const [key = '', value] = changed ?? [];
  throw new UserError(
    `${quote(folder)} holds a race with ${key} ${before[key as keyof Race]}; going on with ${key} ${value} would raise more false alarms than alpha says.`,
    { hint: 'go on with the race as it was, or begin a new one with another --out.' },
  );
}
