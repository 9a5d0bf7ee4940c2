import type { Conditions } from '../runner/plan/conditions.js';
import { describePlan } from '../runner/plan/planned-trial.js';
import { listFinishedTrials } from '../runner/store/finished-trials.js';
import { createTrialStore } from '../runner/store/trial-store.js';
import type { Trial } from '../runner/trial.js';
import { renderPlan, renderPlanJson } from './render-plan.js';
import { type RunnerFlags, whichOf } from './runner-options.js';

/** Prints what a run would train, and changes nothing. */
export async function printDryRun(
  plan: readonly Trial[],
  flags: RunnerFlags & { readonly json?: boolean },
  conditions: Conditions,
): Promise<void> {
  const overview = await describePlan(plan, {
    store: createTrialStore(flags.out),
    which: whichOf(flags),
    speed: conditions,
    finished: await listFinishedTrials(flags.out),
  });
  const text = flags.json ? renderPlanJson(overview) : renderPlan(overview, flags.out);
  process.stdout.write(text);
}
