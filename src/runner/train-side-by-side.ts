import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DoneTrial } from '../results/result.js';
import { type LauncherSetting, prepareLauncher } from './prepare-launcher.js';
import { silentReporter } from './run-leased-trial.js';
import { runPlan } from './run-plan.js';
import { openTrialStore } from './store/trial-store.js';
import { planTrials, type Trial } from './trial.js';

/** Images that are trained on and judged on, to see how fast an experiment is. */
export const sampleImages = { train: 2000, test: 500 } as const;

/** How short trainings of one experiment went side by side. */
export interface SideBySide {
  /** Of all of them together, in their training steps. */
  readonly imagesPerSecond: number;
  /** That each of their processes took at most. */
  readonly bytes: number;
}

export type SideBySideSetting = Omit<
  LauncherSetting,
  'jobs' | 'store' | 'observe' | 'diagnostics' | 'keepWeights'
>;

/**
 * Trains seeds of a trial's experiment on few images, so many side by side on the CPU or on each GPU, in a folder that goes.
 * Returns nothing where one failed, as for lack of memory.
 * @throws UserError (engine, data)
 */
export async function trainSideBySide(
  { experiment }: Trial,
  { jobs, epochs }: { readonly jobs: number; readonly epochs: number },
  setting: SideBySideSetting,
): Promise<SideBySide | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'prep-lab-jobs-'));
  const forget = () => rmSync(folder, { recursive: true, force: true });
  // Until trials of the run itself are trained, Ctrl-C ends it at once.
  process.once('exit', forget);
  const memory = watchChildren();
  try {
    const store = await openTrialStore(folder);
    const nobody = { onNote() {}, onProgress() {}, onEpoch() {}, onResumed() {} };
    const launcher = await prepareLauncher({
      ...setting,
      ...{ jobs, store, diagnostics: false, keepWeights: false, observe: () => nobody },
    });
    const seeds = launcher.slots.map((_, seed) => seed);
    const { evaluation: _e, race: _r, search: _s, ...plain } = experiment;
    const trials = planTrials([plain], { limit: sampleImages, epochs, seeds }, setting);
    const { results } = await runPlan(trials, {
      store,
      ...{ summary: 'left', which: 'missing', checkpoints: 'fresh', whenInUse: 'wait' },
      ...{ whenFailed: 'stop', stop: new AbortController().signal, reporter: silentReporter },
      prepare: async () => launcher,
    }).finally(() => launcher.close?.());
    const done = results.trials.filter((trial): trial is DoneTrial => trial.status === 'done');
    if (done.length < trials.length) return undefined;
    const imagesPerSecond = done.reduce((sum, trial) => sum + trial.imagesPerSecond, 0);
    return { imagesPerSecond, bytes: memory.most() / trials.length };
  } finally {
    memory.end();
    process.off('exit', forget);
    forget();
  }
}

/** Looks five times a second how much memory this process' children have together. */
function watchChildren(): { most(): number; end(): void } {
  let most = 0;
  const timer = setInterval(() => {
    most = Math.max(most, readChildrenBytes());
  }, 200).unref();
  return { most: () => most, end: () => clearInterval(timer) };
}

/** Source: proc_pid_children(5), proc_pid_status(5). 0 where the system has no /proc. */
function readChildrenBytes(): number {
  try {
    const threads = readdirSync('/proc/self/task');
    const children = threads.flatMap((thread) =>
      readFileSync(`/proc/self/task/${thread}/children`, 'utf8').split(' ').filter(Boolean),
    );
    const kilobytes = children.map((child) =>
      Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${child}/status`, 'utf8'))?.[1] ?? 0),
    );
    return 1024 * kilobytes.reduce((sum, one) => sum + one, 0);
  } catch {
    return 0;
  }
}
