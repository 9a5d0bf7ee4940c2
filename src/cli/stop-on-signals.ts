import { exitCodes } from '../user-error.js';

type StopSignal = 'SIGINT' | 'SIGTERM';

/** What Ctrl-C, and a scheduler's SIGTERM, ask of a run. */
export interface StopRequest {
  /** Aborted by the first signal, once `begin` was called. */
  readonly aborted: AbortSignal;
  /** From now on the first signal asks for an orderly end; before, and the second time, it ends the process at once. */
  begin(): void;
  /** The code to end with, where a signal came. */
  exitCode(): 130 | 143 | undefined;
  /** Gives the signals back to the system. */
  dispose(): void;
}

const codes = { SIGINT: exitCodes.interrupted, SIGTERM: exitCodes.terminated } as const;

/** Listens to signals until disposed of. `onFirst` is called when an orderly end is asked for. */
export function stopOnSignals(onFirst: () => void): StopRequest {
  const controller = new AbortController();
  let received: StopSignal | undefined;
  let isOrderly = false;
  const listen = (signal: StopSignal) => {
    if (!isOrderly || received) process.exit(codes[signal]);
    received = signal;
    onFirst();
    controller.abort();
  };
  const signals: readonly StopSignal[] = ['SIGINT', 'SIGTERM'];
  for (const signal of signals) process.on(signal, listen);
  return {
    aborted: controller.signal,
    begin() {
      isOrderly = true;
    },
    exitCode: () => received && codes[received],
    dispose() {
      for (const signal of signals) process.off(signal, listen);
    },
  };
}
