import type { Race } from '../../experiment/race.js';
import type { TrialResult } from '../../results/result.js';
import { nameArm } from '../comparison/arm.js';
import { findControl } from '../comparison/control.js';
import { judgeRace, type Racer, rulesOf, type SeedDifferences } from './judge-race.js';

/** A trial that is planned or has a result. */
type Entrant = Pick<TrialResult, 'id' | 'experiment' | 'changes' | 'seed'>;

/** How the racers of a plan stand. */
export interface RaceStanding {
  readonly racers: readonly (Racer & { readonly name: string })[];
  /** Ids of the trials that count, or that the next look wants. */
  readonly wanted: ReadonlySet<string>;
}

/**
 * Judges the race among a plan's trials by the results that there are, and says which trials the next look wants. Those of
 * experiments that do not race are wanted too.
 */
export function judgePlan(
  plan: readonly Entrant[],
  race: Race,
  results: ReadonlyMap<string, TrialResult>,
): RaceStanding {
  const control = findControl(plan, race.against);
  const arms = groupByArm(plan);
  const lanes = [...arms].filter(([, [entrant]]) => entrant?.experiment.race);
  const controls = arms.get(control ?? '') ?? [];
  const ended = (entrants: readonly Entrant[]) => takeWhileEnded(entrants, results);
  const controlResults = ended(controls);
  const judged = judgeRace(
    lanes.map(([, entrants]) => subtract(ended(entrants), controlResults)),
    rulesOf(race),
  );
  const racers = judged.map((racer, index) => ({ ...racer, name: lanes[index]?.[0] ?? '' }));
  const next = Math.max(race.minSeeds, ...racers.map(({ seedCount }) => seedCount + 1));
  const seedsOf = new Map(
    racers.map(({ name, verdict, seedCount }) => [name, verdict === 'racing' ? next : seedCount]),
  );
  const most = Math.max(0, ...seedsOf.values());
  const wanted = [...arms].flatMap(([name, entrants]) => {
    const takesPart = name === control || seedsOf.has(name);
    return takesPart ? entrants.slice(0, seedsOf.get(name) ?? most) : entrants;
  });
  return { racers, wanted: new Set(wanted.map(({ id }) => id)) };
}

function groupByArm(plan: readonly Entrant[]): ReadonlyMap<string, readonly Entrant[]> {
  const arms = new Map<string, Entrant[]>();
  for (const entrant of plan) {
    const name = nameArm(entrant);
    arms.set(name, [...(arms.get(name) ?? []), entrant]);
  }
  return arms;
}

/** Seeds are looked at in their order: what came after a gap waits. */
function takeWhileEnded(
  entrants: readonly Entrant[],
  results: ReadonlyMap<string, TrialResult>,
): readonly TrialResult[] {
  const found = entrants.map(({ id }) => results.get(id));
  const gap = found.indexOf(undefined);
  return (gap < 0 ? found : found.slice(0, gap)).filter((result) => result !== undefined);
}

function subtract(racer: readonly TrialResult[], control: readonly TrialResult[]): SeedDifferences {
  const count = Math.min(racer.length, control.length);
  return racer.slice(0, count).map((result, index) => {
    const [after, before] = [accuracyOf(result), accuracyOf(control[index] as TrialResult)];
    return after === undefined || before === undefined ? undefined : after - before;
  });
}

function accuracyOf(result: TrialResult): number | undefined {
  return result.status === 'done' ? result.test.accuracy : undefined;
}
