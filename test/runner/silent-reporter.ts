import type { PlanReporter } from '../../src/runner/run-leased-trial.js';

/** Tells nobody how a plan goes on. */
export const silentReporter: PlanReporter = {
  chosen: () => {},
  otherCode: () => {},
  waiting: () => {},
  setAside: () => {},
  started: () => {},
  interrupted: () => {},
  paused: () => {},
  ended: () => {},
  stored: async () => {},
};
