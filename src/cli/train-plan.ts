import { join, resolve } from 'node:path';
import type { RaceStanding } from '../analysis/race/race-trials.js';
import type { Catalogue } from '../experiment/catalogue.js';
import type { Race } from '../experiment/race.js';
import { renderMarkdownTable } from '../report/markdown-table.js';
import { renderTrialName } from '../report/rows.js';
import { chooseJobs } from '../runner/choose-jobs.js';
import { isFleet, type Launcher } from '../runner/launcher.js';
import { openLauncher } from '../runner/launchers/list.js';
import type { OpenSetting } from '../runner/launchers/open-setting.js';
import { openOptunaJournal } from '../runner/optuna/journal.js';
import type { Conditions } from '../runner/plan/conditions.js';
import { listSearches, type PlannedSearch } from '../runner/plan/planned-search.js';
import type { ProcessObserver } from '../runner/prepare-launcher.js';
import type { PlanOptions, PlanReporter } from '../runner/run-leased-trial.js';
import { renderHolder } from '../runner/run-leased-trial.js';
import { type PlanEnd, runPlan } from '../runner/run-plan.js';
import { findRace, runRace } from '../runner/run-race.js';
import { runSearch } from '../runner/run-search.js';
import type { SearchRecord } from '../runner/store/search-file.js';
import { openTrialStore, type TrialStore } from '../runner/store/trial-store.js';
import { trainSideBySide } from '../runner/train-side-by-side.js';
import type { Trial } from '../runner/trial.js';
import type { Which } from '../runner/which.js';
import { cacheFolder } from '../storage/cache-folder.js';
import { renderCountOf, renderNames } from '../text/quantities.js';
import { UserError } from '../user-error.js';
import { askYesOrNo } from './ask.js';
import type { ComputeFlags } from './compute-options.js';
import { type LauncherFlags, takeTaskFlags } from './launcher-options.js';
import { renderStanding, requireSameRace } from './race.js';
import { type RunnerFlags, whichOf } from './runner-options.js';
import { renderFound } from './search.js';
import { type StopCode, stopOnSignals } from './stop-on-signals.js';
import { createTerminalProgress } from './terminal-progress.js';
import { createTrialDisplay, type TrialDisplay } from './trial-display.js';

export interface TrainPlanOptions {
  readonly flags: ComputeFlags &
    RunnerFlags &
    LauncherFlags & {
      readonly control?: string;
      readonly plugin: readonly string[];
      readonly optuna?: string;
    };
  readonly catalogue: Catalogue;
  readonly conditions: Conditions;
  /** `left`: results.json, table.md and plan.json are another run's to write. */
  readonly summary?: 'written' | 'left';
  /** What the trials are a part of; left out, they are all. */
  readonly whole?: readonly Trial[];
}

/**
 * Brings a plan's trials to their results, in child processes, and shows how they go on.
 * @throws UserError also if it was stopped by a signal: then with the signal's exit code.
 */
export async function trainPlan(
  plan: readonly Trial[],
  options: TrainPlanOptions,
): Promise<PlanEnd> {
  const { flags, summary = 'written' } = options;
  const store = await openTrialStore(flags.out);
  const display = createTrialDisplay(process.stderr);
  const stop = stopOnSignals(() =>
    display.note(`${renderStopping(flags)} Once more to leave at once.`),
  );
  let launcher: Launcher | undefined;
  try {
    const growth = await findGrowth(plan, options);
    const asked: PlanOptions = {
      store,
      ...(options.whole && { whole: options.whole }),
      summary,
      which: whichOf(flags),
      checkpoints: flags.fresh ? 'fresh' : 'required',
      whenInUse: whenInUse(options, growth),
      whenFailed: flags.failFast ? 'stop' : 'continue',
      stop: stop.aborted,
      reporter: {
        ...createReporter(display, { plan, store, control: flags.control }),
        // What a race or a search does not want yet is not left out.
        ...(growth.type !== 'none' && {
          chosen: (trials: readonly Trial[]) => display.expect(trials),
        }),
      },
      async prepare() {
        if (launcher) return launcher;
        const shared = createLauncherSetting(options, { plan, store, display });
        const jobs = await countJobs(plan, flags.jobs, shared);
        launcher = await openLauncher(flags.launcher, { ...shared, jobs });
        stop.begin();
        return launcher;
      },
    };
    const { results, left } = await runAll(plan, asked, { options, display, growth });
    const exitCode = stop.exitCode();
    // A signal that came too late to stop anything has changed nothing.
    if (exitCode !== undefined && left > 0) {
      const all = growth.type === 'search' ? undefined : plan.length;
      throw stopped({ left, all, which: whichOf(flags) }, exitCode);
    }
    return { results, left };
  } finally {
    if (launcher && !isFleet(launcher)) await launcher.close?.();
    stop.dispose();
  }
}

/** Measures where nobody has said how many. */
async function countJobs(
  plan: readonly Trial[],
  asked: RunnerFlags['jobs'],
  setting: Omit<OpenSetting, 'jobs'>,
): Promise<number> {
  if (asked !== 'auto') return asked;
  const { conditions, note } = setting;
  return chooseJobs(plan, {
    conditions,
    note,
    folder: join(cacheFolder(), 'jobs'),
    train: (trial, size) => trainSideBySide(trial, size, setting),
  });
}

/** By what a plan grows. */
type Growth =
  | { readonly type: 'none' }
  | { readonly type: 'search'; readonly searches: readonly PlannedSearch[] }
  | { readonly type: 'race'; readonly race: Race };

/** A task that was handed a part of a race trains it: the run judges. */
async function findGrowth(
  plan: readonly Trial[],
  { flags, summary }: TrainPlanOptions,
): Promise<Growth> {
  const race = summary === 'left' ? undefined : findRace(plan);
  if (!race) {
    const searches = listSearches(plan);
    return searches.length > 0 ? { type: 'search', searches } : { type: 'none' };
  }
  await requireSameRace(race, flags.out);
  return { type: 'race', race };
}

/** Tasks that share a search leave each other what they have. */
function whenInUse(
  { flags, summary }: TrainPlanOptions,
  { type }: Growth,
): PlanOptions['whenInUse'] {
  if (flags.detach || (summary === 'left' && type === 'search')) return 'leave';
  return flags.wait ? 'wait' : 'fail';
}

interface GrowthContext {
  readonly options: TrainPlanOptions;
  readonly display: TrialDisplay;
  readonly growth: Growth;
}

/** Runs a plan, also one that grows by what it finds. */
async function runAll(
  plan: readonly Trial[],
  asked: PlanOptions,
  { options, display, growth }: GrowthContext,
): Promise<PlanEnd> {
  if (growth.type === 'race') {
    const looked = (standing: RaceStanding) => display.note(renderStanding(standing));
    return runRace(plan, growth.race, { ...asked, looked });
  }
  if (growth.type === 'none') return runPlan(plan, asked);
  const { searches } = growth;
  const { optuna: file, out } = options.flags;
  const journal = file === undefined ? undefined : await openOptunaJournal({ file, searches, out });
  const tell = tellOnce(display);
  return runSearch(plan, {
    ...asked,
    context: options,
    async searched(records) {
      tell(records);
      await journal?.write(records);
    },
  });
}

/** Tells what searches have found as soon as they have. */
function tellOnce(display: TrialDisplay): (records: readonly SearchRecord[]) => void {
  const told = new Set(['']);
  return (records) => {
    for (const text of records.map(renderFound)) {
      if (!told.has(text)) display.note(text);
      told.add(text);
    }
  };
}

function createLauncherSetting(
  { flags, catalogue, conditions }: TrainPlanOptions,
  {
    plan,
    store,
    display,
  }: {
    readonly plan: readonly Trial[];
    readonly store: TrialStore;
    readonly display: TrialDisplay;
  },
): Omit<OpenSetting, 'jobs'> {
  return {
    out: resolve(flags.out),
    program: [process.execPath, process.argv[1] ?? ''],
    taskFlags: takeTaskFlags(flags),
    slurm: flags.slurm,
    launcherOptions: flags.launcherOption,
    redis: flags.redis,
    project: flags.project,
    detach: flags.detach ?? false,
    note: (text) => display.note(text),
    askWhetherToCancel: (tasks) => askYesOrNo(`Cancel ${tasks}?`),
    catalogue,
    plugins: flags.plugin.map((file) => resolve(file)),
    conditions,
    datasets: plan.map(({ experiment }) => experiment.dataset),
    dataFolder: flags.data,
    verbose: flags.verbose ?? false,
    stallSeconds: flags.stallTimeout,
    showsMetrics: display.isLive,
    diagnostics: flags.diagnostics,
    keepWeights: flags.keepWeights ?? false,
    freshProcesses: flags.freshProcesses ?? false,
    store,
    progress: createTerminalProgress(process.stderr),
    observe: (trial) => observe(display, trial),
  };
}

function observe(display: TrialDisplay, trial: Trial): ProcessObserver {
  return {
    onNote: (text) => display.note(`${renderTrialName(trial)}: ${text}`),
    onProgress: (progress) => display.progress(trial, progress),
    onEpoch: (record) => display.epoch(trial, record),
    onResumed: (place) => display.resumed(trial, place),
  };
}

interface Reported {
  readonly plan: readonly Trial[];
  readonly store: TrialStore;
  readonly control: string | undefined;
}

function renderStopping({ launcher }: LauncherFlags): string {
  return launcher === 'slurm'
    ? 'Stopping to follow the tasks.'
    : 'Stopping after this step, with a checkpoint.';
}

function createReporter(display: TrialDisplay, { plan, store, control }: Reported): PlanReporter {
  return {
    chosen(trials, keptCount) {
      display.expect(trials);
      const note = (count: number, text: string) => {
        if (count > 0) display.note(`${count} of ${plan.length} trials ${text}`);
      };
      note(keptCount, 'have a result already.');
      note(
        plan.length - trials.length - keptCount,
        'have none and did not fail: they are left out.',
      );
    },
    otherCode: (folders) =>
      display.note(
        `${folders.length} of ${plan.length} trials have a result that other code of prep-lab made: it stays (${renderNames(folders)}), and they are trained anew.`,
      ),
    waiting: (trial, holder) =>
      display.note(
        `${renderTrialName(trial)}: another prep-lab trains it (${renderHolder(holder)}): waiting for it.`,
      ),
    setAside: (trial, reason) =>
      display.note(`${renderTrialName(trial)}: ${reason} It was set aside; trained again.`),
    started: (trial) => display.started(trial),
    interrupted: (trial) => display.interrupted(trial),
    paused: (trial, epoch) => display.paused(trial, epoch),
    ended: (trial, result) => display.ended(trial, result),
    stored: (results) => store.writeSummary(results, renderMarkdownTable(results, { control })),
  };
}

interface Stopped {
  readonly left: number;
  /** Left out where a search was to say how many. */
  readonly all: number | undefined;
  readonly which: Which;
}

function stopped({ left, all, which }: Stopped, exitCode: StopCode): UserError {
  const what =
    all === undefined
      ? 'before the search was done'
      : `with ${left} of ${renderCountOf(all, 'trial')} to go`;
  return new UserError(`Stopped ${what}.`, {
    hint:
      which === 'all'
        ? 'the same command with --force trains all trials anew once more; those to go keep the results that they had.'
        : 'give the same command again to continue from the checkpoints.',
    exitCode,
  });
}
