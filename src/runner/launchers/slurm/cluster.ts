import { userInfo } from 'node:os';
import { lastLine, runProgram } from '../../../storage/run-program.js';
import { exitCodes, UserError } from '../../../user-error.js';

/** A task as squeue shows it. */
export interface QueuedTask {
  readonly job: number;
  readonly index: number;
  /** Such as PENDING, RUNNING, COMPLETED, OUT_OF_MEMORY. */
  readonly state: string;
  /** Where it runs; empty while it waits. */
  readonly node: string;
  /** Why it waits, or "None". */
  readonly reason: string;
}

/** How a task ended, as far as Slurm still knows. */
export interface EndedTask {
  /** Without what follows on it: "CANCELLED by 1000" is CANCELLED. */
  readonly state: string;
  readonly exitCode: number;
  readonly signal: number;
  readonly node: string;
}

/** The scheduler, by its own programs. */
export interface Cluster {
  /** Indices of an array's tasks are below this. */
  readMaxArraySize(): Promise<number>;
  /**
   * Returns the number of the job; nothing where a limit on this user's jobs is reached.
   * @throws UserError with what sbatch says.
   */
  submit(scriptFile: string): Promise<number | undefined>;
  /** Returns this user's tasks that wait, run or ended in the last minutes. */
  listTasks(): Promise<readonly QueuedTask[]>;
  /** Returns nothing where neither the accounting nor the controller knows the task. */
  findEnd(task: Pick<QueuedTask, 'job' | 'index'>): Promise<EndedTask | undefined>;
  cancel(jobs: readonly number[]): Promise<void>;
}

const queueFormat = '%F|%K|%T|%N|%r';

/** Connects to the Slurm of this machine. @throws UserError (engine) where there is none. */
export async function connectToSlurm(): Promise<Cluster> {
  if (!(await runProgram('sinfo', ['--version']))) throw noSlurm();
  const user = userInfo().username;
  return {
    async readMaxArraySize() {
      return parseMaxArraySize(await ask('scontrol', ['show', 'config']));
    },
    async submit(scriptFile) {
      const result = await runProgram('sbatch', ['--parsable', scriptFile]);
      if (result?.exitCode === 0) return parseJobNumber(result.stdout);
      const said = result?.stderr ?? '';
      if (isUserLimit(said)) return undefined;
      throw refused('sbatch', said);
    },
    async listTasks() {
      const options = ['--noheader', '--array', '--states=all', `--user=${user}`];
      return parseQueue(await ask('squeue', [...options, `--format=${queueFormat}`]));
    },
    async findEnd({ job, index }) {
      const name = `${job}_${index}`;
      const columns = '--format=JobID,State,ExitCode,NodeList';
      const options = ['--noheader', '--parsable2', '--allocations', `--jobs=${name}`, columns];
      const accounted = await runProgram('sacct', options);
      const end = accounted?.exitCode === 0 ? parseAccounting(accounted.stdout, name) : undefined;
      if (end) return end;
      // Where nothing is accounted, the controller knows a task for some minutes (MinJobAge).
      const shown = await runProgram('scontrol', ['--oneliner', 'show', 'job', name]);
      return shown?.exitCode === 0 ? parseJob(shown.stdout) : undefined;
    },
    async cancel(jobs) {
      await ask('scancel', jobs.map(String));
    },
  };
}

async function ask(program: string, options: readonly string[]): Promise<string> {
  const result = await runProgram(program, options);
  if (!result) throw noSlurm();
  if (result.exitCode !== 0) throw refused(program, result.stderr);
  return result.stdout;
}

/** Parses `scontrol show config`. Slurm's own default is 1001. */
export function parseMaxArraySize(text: string): number {
  return Number(/^MaxArraySize\s*=\s*(\d+)/m.exec(text)?.[1] ?? 1001);
}

/** Parses what `sbatch --parsable` prints: "12", or "12;cluster". */
export function parseJobNumber(text: string): number {
  const number = Number.parseInt(lastLine(text), 10);
  if (number > 0) return number;
  throw refused('sbatch', text);
}

/** Parses `squeue --array` in this file's format. Jobs that are no arrays are left out. */
export function parseQueue(text: string): QueuedTask[] {
  return text.split('\n').flatMap((line) => {
    const [job, index, state, node, ...reason] = line.trim().split('|');
    if (!/^\d+$/.test(index ?? '')) return [];
    return {
      job: Number(job),
      index: Number(index),
      state: state ?? '',
      node: node ?? '',
      reason: reason.join('|'),
    };
  });
}

/** Parses `sacct --parsable2` for one task; nothing where it is not there or has not ended. */
export function parseAccounting(text: string, name: string): EndedTask | undefined {
  const cells = text.split('\n').map((line) => line.trim().split('|'));
  const [, state, code = '', node = ''] = cells.find(([id]) => id === name) ?? [];
  return state === undefined ? undefined : createEnd({ state, code, node });
}

/** Parses `scontrol --oneliner show job` for one task. */
export function parseJob(text: string): EndedTask | undefined {
  const field = (name: string) => new RegExp(`(?:^| )${name}=(\\S*)`).exec(text)?.[1] ?? '';
  const node = field('NodeList').replace(/^\(null\)$/, '') || field('BatchHost');
  const state = field('JobState');
  return state === '' ? undefined : createEnd({ state, code: field('ExitCode'), node });
}

const unended = /^(PENDING|RUNNING|SUSPENDED|CONFIGURING|COMPLETING|REQUEUED|RESIZING|STOPPED)/;

function createEnd(read: { readonly state: string; readonly code: string; readonly node: string }) {
  const [exitCode = 0, signal = 0] = read.code.split(':').map(Number);
  const state = /^[A-Z_]+/.exec(read.state)?.[0] ?? read.state;
  const node = read.node === 'None assigned' ? '' : read.node;
  return unended.test(state) ? undefined : { state, exitCode, signal, node };
}

/** Whether sbatch says that this user has as many jobs as an administrator allows. */
export function isUserLimit(said: string): boolean {
  return /Max(?:Submit)?Jobs?\w*Limit|MaxJobCount|job submit limit|temporarily unable to accept job/i.test(
    said,
  );
}

/** Returns the reason that a program of Slurm gives, without its name: the last line, but for one that only names the help. */
export function explainRefusal(said: string): string {
  const lines = said.split('\n').filter((line) => !/^\s*$|^Try "/.test(line));
  const reason = (lines.at(-1) ?? 'it says nothing').trim();
  return reason.replace(/^\w+: (?:error: )?/, '').replace(/\.$/, '');
}

function refused(program: string, said: string): UserError {
  return new UserError(`Slurm refuses (${program}): ${explainRefusal(said)}.`, {
    hint: 'see with --dry-run --format sbatch what is submitted; "sinfo" shows partitions and nodes.',
    exitCode: exitCodes.engine,
  });
}

function noSlurm(): UserError {
  return new UserError('There is no Slurm on this machine: "sbatch" and "squeue" are not found.', {
    hint: 'run on a login node, or without --launcher slurm.',
    exitCode: exitCodes.engine,
  });
}
