import { availableParallelism } from 'node:os';

/**
 * Returns how many CPU threads one op takes: as many as asked for, else what `TF_NUM_INTRAOP_THREADS` says, else as many
 * as there are cores.
 */
export function resolveThreads(requested?: number): number {
  return requested ?? (Number(process.env.TF_NUM_INTRAOP_THREADS) || availableParallelism());
}
