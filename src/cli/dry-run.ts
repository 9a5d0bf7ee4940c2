import { resolve } from 'node:path';
import { renderChanges } from '../experiment/sweep/key-path.js';
import type { Conditions } from '../runner/plan/conditions.js';
import { lookUpPlan, type PlannedTrial, type PlanOverview } from '../runner/plan/planned-trial.js';
import { listFinishedTrials } from '../runner/store/finished-trials.js';
import { createTrialStore } from '../runner/store/trial-store.js';
import type { Trial } from '../runner/trial.js';
import {
  missing,
  renderCount,
  renderCountOf,
  renderDuration,
  renderList,
  renderNames,
} from '../text/quantities.js';
import { renderLine } from '../visible-text.js';
import { requireNumber } from './launcher-options.js';
import type { PlanFlags, PlannedTrials } from './plan-options.js';
import { printNote } from './print-note.js';
import { type RunnerFlags, whichOf } from './runner-options.js';
import { renderSearchPlan } from './search.js';
import { createTrialCommand, type PlanCommand } from './trial-command.js';

/** In the order in which they are counted. */
const statuses = ['new', 'partial', 'done', 'failed', 'damaged'] as const;

const columns = ['id', 'experiment', 'seed', 'status', 'time', 'changes'] as const;

type Cells = Readonly<Record<(typeof columns)[number], string>>;

/** Renders a plan: a line for each trial, and below them how many there are of each status. */
export function renderPlan({ trials, sourceCount }: PlanOverview, folder: string): string {
  const header = Object.fromEntries(columns.map((name) => [name, name])) as Cells;
  const rows = [header, ...trials.map(renderCells)];
  const widths = columns.map((name) => Math.max(...rows.map((row) => row[name].length)));
  const lines = rows.map((row) =>
    columns
      .map((name, index) => row[name].padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const all = [...lines, '', ...summarise(trials), ...explainTimes(sourceCount, folder)];
  return `${all.map(renderLine).join('\n')}\n`;
}

/** Renders a plan for scripts: one JSON array, an object for each trial, with the command that runs just this one. */
export function renderPlanJson({ trials }: PlanOverview, { plan, command }: ListedPlan): string {
  const places = new Map(plan.map(({ id }, place) => [id, place]));
  const listed = trials.map(
    ({ trial, status, isChosen, epochsDone, otherCode, estimatedSeconds }) => ({
      index: places.get(trial.id),
      id: trial.id,
      key: trial.key,
      experiment: trial.experiment.name,
      seed: trial.seed,
      changes: trial.changes,
      status,
      ...(epochsDone !== undefined && { epochsDone }),
      ...(otherCode !== undefined && { otherCode }),
      willTrain: isChosen,
      estimatedSeconds: estimatedSeconds ?? null,
      command: createTrialCommand(trial, command),
    }),
  );
  return `${JSON.stringify(listed, null, 2)}\n`;
}

function renderCells({ trial, status, epochsDone, estimatedSeconds }: PlannedTrial): Cells {
  const { epochs } = trial.experiment.training;
  return {
    id: trial.id,
    experiment: trial.experiment.name,
    seed: String(trial.seed),
    status: epochsDone === undefined ? status : `${status} (epoch ${epochsDone} of ${epochs})`,
    time: estimatedSeconds === undefined ? missing : renderDuration(estimatedSeconds),
    changes: renderChanges(trial.changes) || missing,
  };
}

function summarise(trials: readonly PlannedTrial[]): string[] {
  const counts = statuses.flatMap((status) => {
    const count = trials.filter((trial) => trial.status === status).length;
    return count > 0 ? [`${renderCount(count)} ${status}`] : [];
  });
  const chosen = trials.filter(({ isChosen }) => isChosen);
  const toTrain = chosen.length === 0 ? 'none' : renderCount(chosen.length);
  const others = trials.flatMap(({ otherCode }) => otherCode ?? []);
  return [
    `${renderCountOf(trials.length, 'trial')}: ${counts.join(', ')}.`,
    ...(others.length > 0
      ? [
          `Other code of prep-lab made results of ${renderCount(others.length)} of the new ones (${renderNames(others)}): they stay.`,
        ]
      : []),
    `A run trains ${toTrain} of them${renderTotal(chosen)}.`,
  ];
}

function renderTotal(chosen: readonly PlannedTrial[]): string {
  const known = chosen.flatMap(({ estimatedSeconds = [] }) => estimatedSeconds);
  if (known.length === 0) return '';
  const seconds = renderDuration(known.reduce((sum, one) => sum + one, 0));
  const unknown = chosen.length - known.length;
  if (unknown === 0) return `, about ${seconds} one after the other`;
  return `, about ${seconds} one after the other and ${unknown} without an estimate`;
}

function explainTimes(sourceCount: number, folder: string): string[] {
  if (sourceCount === 0) return [];
  const what = renderList(['model', 'preprocessing', 'device', 'threads']);
  return [
    `Times are from ${renderCountOf(sourceCount, 'done trial')} in "${folder}" with the same ${what}.`,
  ];
}

/** Where the listed trials come from. */
interface ListedPlan {
  /** All trials of the files and options: places are counted in it. */
  readonly plan: readonly Trial[];
  readonly command: PlanCommand;
}

/** Prints what a run would train, and changes nothing. */
export async function printDryRun(
  { plan, trials }: PlannedTrials,
  flags: PlanFlags & RunnerFlags & DryRunFlags,
  conditions: Conditions,
): Promise<void> {
  const overview = await lookUpPlan(trials, {
    store: createTrialStore(flags.out),
    which: whichOf(flags),
    speed: conditions,
    finished: await listFinishedTrials(flags.out),
  });
  if (flags.format === 'sbatch') return printScripts(overview, flags, conditions);
  const command = { words: process.argv.slice(2), flags, conditions };
  const text = flags.json
    ? renderPlanJson(overview, { plan, command })
    : renderPlan(overview, flags.out);
  process.stdout.write(text);
  for (const line of renderSearchPlan(plan)) printNote(line);
  if (trials.some(({ experiment }) => experiment.race)) {
    printNote('A race trains no more than these: each experiment ends where its answer is sure.');
  }
}

/** How a plan is printed. */
interface DryRunFlags {
  readonly json?: boolean;
  readonly format?: 'sbatch';
  readonly slurm: readonly string[];
}

async function printScripts(
  { trials }: PlanOverview,
  { slurm, out, jobs }: RunnerFlags & DryRunFlags,
  conditions: Conditions,
): Promise<void> {
  const chosen = trials.filter(({ isChosen }) => isChosen);
  const searching = chosen.filter(({ trial }) => trial.experiment.search);
  const kind = searching.length > 0 ? 'shared' : 'trials';
  const count = kind === 'shared' ? searching.length : chosen.length;
  if (count === 0) return printNote('There is nothing to submit: a run would train none.');
  const { renderSlurmScripts } = await import('../runner/launchers/slurm/slurm.js');
  const program = [process.execPath, process.argv[1] ?? ''];
  const setting = { slurm, out: resolve(out), jobs: requireNumber(jobs), conditions, program };
  process.stdout.write(await renderSlurmScripts({ count, kind }, setting));
}
