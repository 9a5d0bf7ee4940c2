import { renderChanges } from '../../experiment/sweep/change.js';
import { UserError } from '../../user-error.js';
import type { Trial } from '../trial.js';
import type { Shard } from './parse-shard.js';

/**
 * Returns a shard's trials, in the plan's order. Each trial is in just one shard, and no shard has over one more than
 * another. Shards do not depend on the order of the files nor on the machine: keys do, so they play no part.
 * @throws UserError if there are fewer trials than shards, and none for this one.
 */
export function takeShard(trials: readonly Trial[], { index, count }: Shard): Trial[] {
  const sorted = trials
    .map((trial) => ({ trial, place: renderPlace(trial) }))
    .sort((a, b) => (a.place < b.place ? -1 : 1));
  const taken = new Set(
    sorted.filter((_, place) => place % count === index - 1).map(({ trial }) => trial),
  );
  if (taken.size > 0 || trials.length === 0) return trials.filter((trial) => taken.has(trial));
  throw new UserError(`--shard ${index}/${count} has none of ${trials.length} trials.`, {
    hint: 'use as many shards as there are trials, or fewer.',
  });
}

function renderPlace({ experiment, changes, seed }: Trial): string {
  return `${experiment.name}\n${renderChanges(changes)}\n${String(seed).padStart(10, '0')}`;
}
