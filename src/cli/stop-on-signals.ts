import { exitCodes } from '../user-error.js';

const codes = {
  SIGHUP: exitCodes.hungUp,
  SIGINT: exitCodes.interrupted,
  SIGTERM: exitCodes.terminated,
} as const;

type StopSignal = keyof typeof codes;

/** The code that a stopped process ends with. */
export type StopCode = (typeof codes)[StopSignal];

/** What Ctrl-C, a closed terminal and a scheduler's SIGTERM ask of a run. */
export interface StopRequest {
  /** Aborted by the first signal, once `begin` was called. */
  readonly aborted: AbortSignal;
  /** From now on the first signal asks for an orderly end; before, and the second time, it ends the process at once. */
  begin(): void;
  /** The code to end with, where a signal came. */
  exitCode(): StopCode | undefined;
  /** Gives the signals back to the system. */
  dispose(): void;
}

/** Listens to signals until disposed of. `onFirst` is called when an orderly end is asked for. */
export function stopOnSignals(onFirst: () => void): StopRequest {
  const controller = new AbortController();
  let received: StopSignal | undefined;
  let isOrderly = false;
  const listen = (signal: StopSignal) => {
    // A terminal that closes may send it twice: by its shell and by the system.
    if (received && signal === 'SIGHUP') return;
    if (!isOrderly || received) process.exit(codes[signal]);
    received = signal;
    onFirst();
    controller.abort();
  };
  const signals = Object.keys(codes) as StopSignal[];
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
