import { assembleResults } from '../analysis/findings/compute-findings.js';
import { rankFinalists } from '../analysis/search/search-steps.js';
import type { Chosen, TrialResult } from '../results/result.js';
import { exitCodes, UserError } from '../user-error.js';
import type { OpenSearch } from './open-search.js';
import { listSearches } from './plan/planned-search.js';
import { listFreshSeeds } from './plan/search-plan.js';
import { type PlanEnd, runPlan } from './run-plan.js';
import { Searcher, type SearchOptions } from './searcher.js';
import { type PlanContext, planVariants, type Trial } from './trial.js';

/**
 * Runs a plan with searches: trains their configurations rung by rung, and then the best of them, with fresh seeds, beside
 * the plan's other trials. Who goes on follows from what is stored alone, so a run that was stopped goes on as if it had not
 * been, and several runners on one folder share the work. So do tasks of a scheduler: each of them runs this search.
 * @throws UserError for what ends the run, and where all configurations of a search failed
 */
export async function runSearch(plan: readonly Trial[], options: SearchOptions): Promise<PlanEnd> {
  const { store, stop } = options;
  const searches = listSearches(plan).map((search): OpenSearch => {
    return { ...search, scores: search.configurations.map(() => []), begun: new Set() };
  });
  const others = plan.filter(({ experiment }) => !experiment.search);
  if (options.summary !== 'left') await store.writePlan(plan);
  const left = await new Searcher(searches, options).run(plan);
  if (left > 0 || stop.aborted) return { results: await readStored(others, options), left };
  const best = searches.flatMap((search) => confirm(search, options.context));
  const whole = joinTrials(others, best);
  return runPlan(whole, { ...options, whole });
}

/** Returns the trials of a search's best with fresh seeds. @throws UserError where none was trained to its end. */
function confirm({ name, search, configurations, scores }: OpenSearch, context: PlanContext) {
  const ranking = rankFinalists(scores, search) ?? [];
  const best = ranking.slice(0, search.confirm.best).flatMap((index, place) => {
    const trial = configurations[index];
    const score = scores[index]?.at(-1) ?? Number.NaN;
    if (!trial || Number.isNaN(score)) return [];
    const chosen = { configurations: configurations.length, place: place + 1, score };
    return planFresh(trial, chosen, context);
  });
  if (best.length > 0) return best;
  throw new UserError(`No configuration of the search "${name}" was trained to its end.`, {
    hint: 'the lines above say why they failed; --retry-failed tries them once more.',
    exitCode: exitCodes.trialFailed,
  });
}

function planFresh(trial: Trial, chosen: Chosen, context: PlanContext): Trial[] {
  const { changes, writtenEpochs } = trial;
  const { search: _, ...alone } = trial.experiment;
  const experiment = { ...alone, seeds: listFreshSeeds(trial.experiment) };
  const { trials } = planVariants([{ experiment, changes }], {}, context);
  return trials.map((fresh) => ({ ...fresh, writtenEpochs, chosen }));
}

/** The experiment as it is written may be the best: it is trained once, and said to be chosen. */
function joinTrials(others: readonly Trial[], best: readonly Trial[]): readonly Trial[] {
  const chosenOf = new Map(best.map(({ id, chosen }) => [id, chosen]));
  const ids = new Set(others.map(({ id }) => id));
  const marked = others.map((trial) => {
    const chosen = chosenOf.get(trial.id);
    return chosen ? { ...trial, chosen } : trial;
  });
  return [...marked, ...best.filter(({ id }) => !ids.has(id))];
}

async function readStored(trials: readonly Trial[], { store }: SearchOptions) {
  const results: TrialResult[] = [];
  for (const trial of trials) {
    const stored = await store.look(trial);
    if ('result' in stored) results.push(stored.result);
  }
  return assembleResults(results);
}
