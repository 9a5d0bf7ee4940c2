import { setImmediate as nextTurn } from 'node:timers/promises';

/** Time between two turns of the event loop, in which signals, messages and progress lines get their chance. */
const turnMilliseconds = 100;

/** Shares the process between the engine, which blocks it, and the event loop. Kept for a whole training, as epochs may be short. */
export interface Turns {
  /**
   * To be awaited after each step on the engine: gives the event loop its turn if the last was long ago, after `before`.
   * Returns whether to stop.
   */
  pass(before?: () => void): Promise<boolean>;
}

export function createTurns(shouldStop: () => boolean = () => false): Turns {
  let last = performance.now();
  return {
    async pass(before) {
      const now = performance.now();
      if (now - last >= turnMilliseconds) {
        last = now;
        before?.();
        await nextTurn();
      }
      return shouldStop();
    },
  };
}
