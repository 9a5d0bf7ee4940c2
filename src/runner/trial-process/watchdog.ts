export interface Watchdog {
  /** Call at each sign of life. */
  calm(): void;
  stop(): void;
}

/**
 * Calls `bark` once if nothing calms it for this long. It counts in quarters: a process that was itself stopped (Ctrl+Z)
 * hears what its child has said meanwhile before it would blame the child for its own pause.
 */
export function createWatchdog(seconds: number, bark: () => void): Watchdog {
  let quarters = 0;
  const timer = setInterval(
    () => {
      quarters += 1;
      if (quarters < 4) return;
      clearInterval(timer);
      bark();
    },
    (seconds * 1000) / 4,
  );
  return {
    calm() {
      quarters = 0;
      timer.refresh();
    },
    stop: () => clearInterval(timer),
  };
}
