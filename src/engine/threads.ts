import { availableParallelism } from 'node:os';
import { UserError } from '../user-error.js';

/** More only cost: TensorFlow starts them all, and 100,000 keep it busy for minutes. */
const mostThreadsPerCore = 64;

/**
 * Returns how many CPU threads one op takes: as many as asked for, else what `TF_NUM_INTRAOP_THREADS` says, else as many
 * as there are cores.
 * @throws UserError if they are far more than the cores.
 */
export function resolveThreads(requested?: number): number {
  const cores = availableParallelism();
  const threads = requested ?? (Number(process.env.TF_NUM_INTRAOP_THREADS) || cores);
  const most = mostThreadsPerCore * cores;
  if (Number.isInteger(threads) && threads >= 1 && threads <= most) return threads;
  const name = requested === undefined ? 'TF_NUM_INTRAOP_THREADS' : '--threads';
  throw new UserError(
    `${name} must be a whole number from 1 to ${most} (${mostThreadsPerCore} for each of ${cores} cores), received ${threads}.`,
    { hint: `Give as many as there are cores: ${cores}.` },
  );
}
