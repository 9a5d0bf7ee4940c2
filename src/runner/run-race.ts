import { judgePlan, type RaceStanding } from '../analysis/race/race-trials.js';
import type { Race } from '../experiment/race.js';
import type { TrialResult } from '../results/result.js';
import type { PlanOptions } from './run-leased-trial.js';
import { type PlanEnd, runPlan } from './run-plan.js';
import type { Trial } from './trial.js';

/** Returns the race of a plan; nothing where none of its experiments races. */
export function findRace(plan: readonly Trial[]): Race | undefined {
  return plan.find(({ experiment }) => experiment.race)?.experiment.race;
}

/**
 * Runs a plan seed by seed: each look at the results says who races on, until nobody does. The looks follow from the results
 * alone, so a run that was stopped goes on as if it had not been, whoever trained what.
 * @param looked Is told how the race stands after each look.
 * @throws UserError for what ends the run
 */
export async function runRace(
  plan: readonly Trial[],
  race: Race,
  { looked, ...options }: PlanOptions & { looked(standing: RaceStanding): void },
): Promise<PlanEnd> {
  const results = new Map<string, TrialResult>();
  for (;;) {
    const { wanted } = judgePlan(plan, race, results);
    const next = plan.filter(({ id }) => wanted.has(id));
    const end = await runPlan(next, { ...options, whole: next });
    for (const result of end.results.trials) results.set(result.id, result);
    if (end.left > 0 || options.stop.aborted) return end;
    const standing = judgePlan(plan, race, results);
    looked(standing);
    if ([...standing.wanted].every((id) => results.has(id))) return end;
  }
}
