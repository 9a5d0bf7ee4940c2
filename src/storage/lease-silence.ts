import type { LeaseFile } from './lease-file.js';

/** Watches a lease that another process holds. */
export interface SilenceWatch {
  /** Call often: returns whether the file has not changed for the lease time. */
  isSilent(file: LeaseFile): boolean;
}

/**
 * Times are this process' own and monotonic: clocks that step or differ between machines do not matter. Of the time
 * between two calls at most a quarter of the lease time counts, so that a watcher that was stopped together with the
 * holder (Ctrl+Z) lets the holder wake up first.
 */
export function createSilenceWatch(seconds: number, now = () => performance.now()): SilenceWatch {
  let sign = '';
  let looked = now();
  let silentMilliseconds = 0;
  return {
    isSilent(file) {
      const limit = Math.max(seconds, file.content?.leaseSeconds ?? 0) * 1000;
      const passed = Math.min(now() - looked, limit / 4);
      looked = now();
      silentMilliseconds = file.sign === sign ? silentMilliseconds + passed : 0;
      sign = file.sign;
      return silentMilliseconds >= limit;
    },
  };
}
