import {
  countAtRungs,
  findLastPlaces,
  type Place,
  type RungScores,
  rankFinalists,
} from '../analysis/search/search-steps.js';
import { listRungEpochs, type PlannedSearch } from './plan/planned-search.js';
import type { SearchRecord } from './store/search-file.js';

/** A search on its way: what is stored of its configurations by now. */
export interface OpenSearch extends PlannedSearch {
  readonly scores: RungScores[];
  /** Ids of those that were begun. */
  readonly begun: Set<string>;
}

/** Returns what is kept of a search: how far each configuration is, and who won. */
export function recordSearch({
  name,
  search,
  configurations,
  scores,
  begun,
}: OpenSearch): SearchRecord {
  const ranking = rankFinalists(scores, search);
  const places = findLastPlaces(scores, search);
  return {
    experiment: name,
    seed: configurations[0]?.seed ?? 0,
    rungs: [...search.rungs],
    counts: countAtRungs(configurations.length, search),
    configurations: configurations.map(({ id, changes, experiment }, index) => {
      const own = scores[index] ?? [];
      return {
        id,
        changes: [...changes],
        epochs: [...listRungEpochs(experiment)],
        validationAccuracies: own.filter((score) => !Number.isNaN(score)),
        state: nameState(own, {
          place: places[index],
          isBegun: begun.has(id),
          isTrained: own.length === search.rungs.length,
        }),
      };
    }),
    ranking: ranking ? ranking.map((index) => configurations[index]?.id ?? '') : null,
  };
}

function nameState(
  scores: RungScores,
  of: { readonly place: Place | undefined; readonly isBegun: boolean; readonly isTrained: boolean },
): SearchRecord['configurations'][number]['state'] {
  if (scores.some(Number.isNaN)) return 'failed';
  if (of.place === 'out') return 'left';
  if (of.place === 'in' && of.isTrained) return 'done';
  return of.isBegun ? 'begun' : 'waiting';
}
