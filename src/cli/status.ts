import { setTimeout as sleep } from 'node:timers/promises';
import { Command, Option } from 'commander';
import type { TrialStatus } from '../runner/store/folder-status.js';
import type { SearchRecord } from '../runner/store/search-file.js';
import { renderCount, renderCountOf, renderDuration } from '../text/quantities.js';
import { UserError } from '../user-error.js';
import { renderLine } from '../visible-text.js';
import { createJsonOption, printJson } from './shared-options.js';

const help = `
A trial runs while a process holds its lease, on this machine or another one; it waits if nobody does, also if it was begun.
The time that is left is guessed from the mean time of the trials that are done.

Examples:
  $ prep-lab status                      how far the run in results/ is
  $ prep-lab status results/study --watch
  $ prep-lab status --json | jq .counts`;

interface StatusFlags {
  readonly watch?: boolean;
  readonly json?: boolean;
}

/** Returns the command that says how far a folder's plan is. */
export function createStatusCommand(): Command {
  return new Command('status')
    .summary('say what runs, what is done, what failed, and how long is left')
    .description('Say how far the plan of a results folder is, whoever trains it. Changes nothing.')
    .argument('[folder]', 'results folder', 'results')
    .addOption(
      new Option('--watch', 'look again every two seconds, until nothing is left').conflicts(
        'json',
      ),
    )
    .addOption(createJsonOption())
    .addHelpText('after', help)
    .action(runStatus);
}

async function runStatus(folder: string, { watch, json }: StatusFlags): Promise<void> {
  const { readPlan } = await import('../runner/store/plan-file.js');
  const { readFolderStatus, estimateRemaining } = await import('../runner/store/folder-status.js');
  const { readSearches } = await import('../runner/store/search-file.js');
  const { renderSearch } = await import('./search.js');
  let [trials, shown]: [TrialStatus[], string] = [[], ''];
  for (;;) {
    const plan = await readPlan(folder);
    if (!plan) throw noPlan(folder);
    trials = await readFolderStatus(folder, plan, trials);
    const searches = await readSearches(folder);
    const remainingSeconds = isSearching(trials) ? undefined : estimateRemaining(trials);
    const status: FolderStatus = { folder, trials, remainingSeconds, searches };
    if (json) return printJson(describeStatus(status));
    const found = searches.map(renderSearch);
    const text = renderStatus(status, { now: Date.now(), columns: process.stdout.columns, found });
    if (text !== shown) show(text, shown !== '');
    shown = text;
    if (!watch || trials.every(isOver)) return;
    await sleep(2000);
  }
}

/** A terminal shows the newest text alone; a file gets one below the other. */
function show(text: string, isAgain: boolean): void {
  const start = process.stdout.isTTY ? '\x1b[H\x1b[J' : '\n';
  process.stdout.write(isAgain ? `${start}${text}` : text);
}

function noPlan(folder: string): UserError {
  return new UserError(`"${folder}" has no plan: no run began there.`, {
    hint: 'name a folder that "prep-lab run --out" wrote.',
  });
}

export interface FolderStatus {
  readonly folder: string;
  readonly trials: readonly TrialStatus[];
  /** Nothing where it cannot be guessed: nobody knows yet how many trials a search will train to their end. */
  readonly remainingSeconds: number | undefined;
  readonly searches?: readonly SearchRecord[];
}

function isSearching(trials: readonly TrialStatus[]): boolean {
  return trials.some(({ isSearched }) => isSearched);
}

const states = ['done', 'failed', 'running', 'waiting'] as const;

function countStates(trials: readonly TrialStatus[]): number[] {
  return states.map((state) => trials.filter(({ status }) => status === state).length);
}

function isOver({ status }: TrialStatus): boolean {
  return status === 'done' || status === 'failed';
}

/** Returns the status for scripts. */
function describeStatus({ folder, trials, remainingSeconds, searches = [] }: FolderStatus): object {
  const describe = (some: readonly TrialStatus[]) => ({
    trials: some.length,
    ...Object.fromEntries(countStates(some).map((count, index) => [states[index], count])),
  });
  const experiments = groupByExperiment(trials).map(([name, some]) => ({
    name,
    ...describe(some),
  }));
  return {
    folder,
    counts: describe(trials),
    remainingSeconds: remainingSeconds ?? null,
    experiments,
    ...(searches.length > 0 && { searches }),
    trials,
  };
}

function groupByExperiment(trials: readonly TrialStatus[]): [string, TrialStatus[]][] {
  const groups = new Map<string, TrialStatus[]>();
  for (const trial of trials) {
    const group = groups.get(trial.experiment) ?? [];
    group.push(trial);
    groups.set(trial.experiment, group);
  }
  return [...groups];
}

export interface StatusView {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Of the terminal: longer lines are cut. */
  readonly columns?: number | undefined;
  /** What searches have found. */
  readonly found?: readonly string[];
}

/** Renders how many trials are how far, by experiment, what runs where, what failed and why, and how long is left. */
export function renderStatus(
  { folder, trials, remainingSeconds }: FolderStatus,
  { now, columns = Number.POSITIVE_INFINITY, found = [] }: StatusView,
): string {
  const failed = trials.flatMap((trial) =>
    trial.status === 'failed' ? `  ${trial.id}: ${trial.reason.split('\n')[0]}` : [],
  );
  const lines = [
    `${renderCountOf(trials.length, 'trial')} in "${folder}": ${renderStates(trials)}.`,
    '',
    ...renderExperiments(trials),
    ...(found.length > 0 ? ['', ...found] : []),
    ...section('Running:', renderRunning(trials, now)),
    ...section('Failed ("--retry-failed" trains them once more):', failed),
    ...section(renderRemaining(trials, remainingSeconds), []),
  ];
  return `${lines.map((line) => cut(renderLine(line), columns)).join('\n')}\n`;
}

function renderStates(trials: readonly TrialStatus[]): string {
  const counts = countStates(trials).flatMap((count, index) =>
    count > 0 ? [`${renderCount(count)} ${states[index]}`] : [],
  );
  return counts.join(', ') || 'none';
}

/** More lines than this would push the others out of the window. */
const mostLines = 10;

function section(title: string, lines: readonly string[]): string[] {
  if (title === '' || (title.endsWith(':') && lines.length === 0)) return [];
  return ['', title, ...shorten(lines)];
}

function shorten(lines: readonly string[]): string[] {
  const rest = lines.length - mostLines;
  return rest > 0 ? [...lines.slice(0, mostLines), `  and ${renderCount(rest)} more`] : [...lines];
}

function renderExperiments(trials: readonly TrialStatus[]): string[] {
  const groups = groupByExperiment(trials);
  const width = Math.max('experiment'.length, ...groups.map(([name]) => name.length));
  const header = ['experiment'.padEnd(width), ...states.map((state) => state.padStart(7))];
  const rows = groups.map(([name, some]) => [
    name.padEnd(width),
    ...countStates(some).map((count) => renderCount(count).padStart(7)),
  ]);
  return [header.join('  '), ...shorten(rows.map((row) => row.join('  ')))];
}

function renderRunning(trials: readonly TrialStatus[], now: number): string[] {
  return trials.flatMap((trial) => {
    if (trial.status !== 'running') return [];
    const { id, epochsDone, epochs, runner } = trial;
    const { host, pid, since, silentSeconds } = runner;
    const who = pid === undefined ? 'a process that has just begun' : `process ${pid} on ${host}`;
    const age =
      since === undefined ? '' : `, for ${renderDuration((now - Date.parse(since)) / 1000)}`;
    const silence =
      silentSeconds === undefined ? '' : `, silent for ${renderDuration(silentSeconds)}`;
    return [
      `  ${id}: ${epochsDone} of ${renderCountOf(epochs, 'epoch')} done; ${who}${age}${silence}`,
    ];
  });
}

function renderRemaining(trials: readonly TrialStatus[], seconds: number | undefined): string {
  if (trials.every(isOver) || isSearching(trials)) return '';
  if (seconds === undefined) return 'How long it takes is known when the first trial is done.';
  const running = trials.filter(({ status }) => status === 'running').length;
  const left = `About ${renderDuration(seconds)} left`;
  if (running === 0) return `${left}, one trial after the other; none runs now.`;
  return `${left}, ${renderCountOf(running, 'trial')} at a time.`;
}

function cut(line: string, columns: number): string {
  return line.length > columns ? `${line.slice(0, columns - 1)}…` : line;
}
