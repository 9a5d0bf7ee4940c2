import { countAtRungs } from '../analysis/search/search-steps.js';
import { renderChanges } from '../experiment/sweep/key-path.js';
import { listRungEpochs, listSearches } from '../runner/plan/planned-search.js';
import { listFreshSeeds } from '../runner/plan/search-plan.js';
import type { SearchRecord } from '../runner/store/search-file.js';
import type { Trial } from '../runner/trial.js';
import { renderCount, renderCountOf, renderList, renderPercent } from '../text/quantities.js';
import { UserError } from '../user-error.js';
import type { PlannedTrials } from './plan-options.js';
import type { RunnerFlags } from './runner-options.js';

type SearchFlags = Pick<RunnerFlags, 'force'> & { readonly optuna?: string };

/** @throws UserError for what a run with a search cannot do. */
export function requireWholeSearch(
  { plan, trials }: PlannedTrials,
  { force, optuna }: SearchFlags,
): void {
  const refuse = (message: string, hint: string) => {
    throw new UserError(message, { hint });
  };
  if (optuna === '-') {
    refuse('--optuna must name a file, received "-".', 'the journal is read while it grows.');
  }
  if (listSearches(plan).length === 0) {
    if (optuna === undefined) return;
    refuse(
      '--optuna writes searches, and none of these experiments has one.',
      'add the key "search" to one: docs/search.md shows how.',
    );
  }
  if (trials.length < plan.length) {
    refuse(
      'A search needs all of its configurations: --filter, --shard and --trials leave some out.',
      'to share it, give the whole command on each machine, with one --out that all of them see.',
    );
  }
  if (force) {
    refuse(
      '--force cannot begin a search anew: what is stored says how it goes on.',
      'name another folder with --out.',
    );
  }
}

/** Renders what searches train: how many configurations to which epoch, and what share of all epochs that is. */
export function renderSearchPlan(plan: readonly Trial[]): readonly string[] {
  return listSearches(plan).map(({ name, search, configurations: [first, ...others] }) => {
    const counts = countAtRungs(others.length + 1, search);
    const epochs = first ? listRungEpochs(first.experiment) : [];
    const parts = counts.map(
      (count, rung) =>
        `${renderCount(count)} ${rung === counts.length - 1 ? 'to the end' : `to epoch ${epochs[rung]}`}`,
    );
    const seeds = renderCountOf(listFreshSeeds(first?.experiment).length, 'fresh seed');
    return `Search ${name}: ${renderList(parts)}; then the best ${search.confirm.best === 1 ? '' : `${search.confirm.best} `}with ${seeds}. Those that are left on the way train less than is listed.`;
  });
}

/** Says how far a search is, or what it has found. */
export function renderSearch(record: SearchRecord): string {
  const { experiment, configurations, counts } = record;
  const [first] = configurations;
  const parts = counts.map((count, rung) => {
    const there = configurations.filter(
      ({ validationAccuracies: { length } }) => length > rung,
    ).length;
    const place = rung === counts.length - 1 ? 'the end' : `epoch ${first?.epochs[rung]}`;
    return `${there} of ${count} ${place}`;
  });
  return (
    renderFound(record) ||
    `Search ${experiment}: of ${renderCountOf(configurations.length, 'configuration')}, ${renderList(parts)} reached.`
  );
}

/** Says what a search has found: "Search grid: 27 configurations in 63 of 243 epochs. Best ..."; nothing while it goes on. */
export function renderFound({ experiment, seed, configurations, ranking }: SearchRecord): string {
  if (!ranking) return '';
  const best = ranking.slice(0, 3).flatMap((id) => {
    const found = configurations.find((one) => one.id === id);
    const score = found?.validationAccuracies.at(-1);
    if (!found || found.state === 'failed' || score === undefined) return [];
    return [`${renderChanges(found.changes)} ${renderPercent(score)}`];
  });
  const trained = configurations.reduce((sum, { epochs, validationAccuracies: { length } }) => {
    return sum + (epochs[length - 1] ?? 0);
  }, 0);
  const all = configurations.reduce((sum, { epochs }) => sum + (epochs.at(-1) ?? 0), 0);
  return `Search ${experiment}: ${renderCountOf(configurations.length, 'configuration')} in ${renderCount(trained)} of ${renderCountOf(all, 'epoch')}. Best by validation accuracy with seed ${seed}: ${best.join('; ')}.`;
}
