import type { Experiment } from '../../experiment/experiment.js';
import type { Search } from '../../experiment/search/search-schema.js';
import { countEpochs } from '../../training/training-length.js';
import type { Trial } from '../trial.js';

/** A search of a plan. */
export interface PlannedSearch {
  readonly name: string;
  readonly search: Search;
  /** In the order in which they begin. */
  readonly configurations: readonly Trial[];
}

/** Returns the searches of a plan; none where no experiment searches. */
export function listSearches(plan: readonly Trial[]): readonly PlannedSearch[] {
  const searching = plan.filter(({ experiment }) => experiment.search);
  const names = [...new Set(searching.map(({ experiment }) => experiment.name))];
  return names.flatMap((name) => {
    const configurations = searching.filter(({ experiment }) => experiment.name === name);
    const search = configurations[0]?.experiment.search;
    return search ? [{ name, search, configurations }] : [];
  });
}

/** Returns after which epochs a configuration's rungs are. */
export function listRungEpochs({ search, training }: Experiment): readonly number[] {
  const all = countEpochs(training);
  return (search?.rungs ?? []).map((share) =>
    share === 1 ? all : Math.min(all, Math.max(1, Math.round(share * training.epochs))),
  );
}
