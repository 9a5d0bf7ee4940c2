import type { StoredTrial } from './store/trial-store.js';

/**
 * Which trials of a plan to train. `missing`: those without a result; `failed`: those that failed, once more; `all`:
 * every one, whatever is there.
 */
export type Which = 'missing' | 'failed' | 'all';

/** Whether a trial in this state is to be trained. A damaged result is no result. */
export function isChosen(status: StoredTrial['status'], which: Which): boolean {
  if (which === 'all') return true;
  if (which === 'failed') return status === 'failed';
  return status !== 'done' && status !== 'failed';
}
