import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asWriteError } from '../../../storage/storage-error.js';
import { renderCountOf } from '../../../text/quantities.js';
import { exitCodes, UserError } from '../../../user-error.js';
import { handTrial } from '../../handed-trial.js';
import type { FleetLauncher, FleetTask, SharedWork, TaskEnd } from '../../launcher.js';
import { prepareLauncher } from '../../prepare-launcher.js';
import type { Trial } from '../../trial.js';
import type { OpenSetting } from '../open-setting.js';
import { renderBatchScript } from './batch-script.js';
import { renderChunk } from './chunk.js';
import { type Cluster, connectToSlurm, type QueuedTask } from './cluster.js';
import { parseSlurmOptions, type SlurmOptions } from './slurm-options.js';
import {
  createSubmission,
  nameNextSubmission,
  readSubmissions,
  type Submission,
  writeSubmission,
} from './submission.js';
import { explainTaskEnd, readLogEnd } from './task-end.js';

type SlurmSetting = Pick<
  OpenSetting,
  'out' | 'conditions' | 'jobs' | 'taskFlags' | 'program' | 'detach' | 'note' | 'askWhetherToCancel'
> & { readonly options: SlurmOptions };

/** States of squeue in which a task is over. All others are of tasks that wait, run, or come back. */
const endedStates = new Set([
  'BOOT_FAIL',
  'CANCELLED',
  'COMPLETED',
  'DEADLINE',
  'FAILED',
  'NODE_FAIL',
  'OUT_OF_MEMORY',
  'PREEMPTED',
  'REVOKED',
  'TIMEOUT',
]);

const runningStates = new Set(['RUNNING', 'COMPLETING', 'SUSPENDED', 'STOPPED', 'SIGNALING']);

/**
 * Hands trials to Slurm as arrays of tasks. Engine and data are seen to here: nodes may reach no registry.
 * @throws UserError (engine) where there is no Slurm
 */
export async function openSlurm(setting: OpenSetting): Promise<FleetLauncher> {
  const options = withProcessors(parseSlurmOptions(setting.slurm), setting);
  const cluster = await connectToSlurm();
  const { failAfterDeath } = await prepareLauncher(setting);
  const fleet = new SlurmFleet({ ...setting, options }, cluster);
  return {
    pollSeconds: options.poll,
    leaves: setting.detach,
    listTasks: () => fleet.listTasks(),
    handOver: (trials) => fleet.handOver(trials),
    share: (work) => fleet.share(work),
    stop: () => fleet.stop(),
    failAfterDeath,
  };
}

/** The number of threads is in a trial's key: a task gets as many processors. */
function withProcessors(
  options: SlurmOptions,
  { conditions, jobs }: Pick<OpenSetting, 'conditions' | 'jobs'>,
): SlurmOptions {
  const needed = String(conditions.threads * jobs);
  return { ...options, sbatch: { 'cpus-per-task': needed, ...options.sbatch } };
}

class SlurmFleet {
  readonly #setting: SlurmSetting;
  readonly #cluster: Cluster;
  /** Tasks that waited or ran when they were last listed. */
  #living = 0;
  /** As many lived when a limit on the user's jobs was reached. */
  #livingAtLimit = Number.POSITIVE_INFINITY;
  #toldReason = '';

  constructor(setting: SlurmSetting, cluster: Cluster) {
    this.#setting = setting;
    this.#cluster = cluster;
  }

  async listTasks(): Promise<FleetTask[]> {
    const queue = await this.#cluster.listTasks();
    const queued = new Map(queue.map((task) => [nameTask(task), task] as const));
    const submissions = await readSubmissions(this.#setting.out);
    const known = submissions.flatMap(listKnownTasks);
    const own = known.flatMap(({ name }) => queued.get(name) ?? []);
    this.#living = own.filter((task) => stateOf(task) !== 'ended').length;
    this.#noteWaiting(own);
    return known.map((task) => ({
      name: task.name,
      trials: task.trials,
      state: stateOf(queued.get(task.name)),
      explainEnd: () => this.#explainEnd(task),
    }));
  }

  async #explainEnd({ name, logFile, ...task }: KnownTask): Promise<TaskEnd | undefined> {
    const end = await this.#cluster.findEnd(task);
    if (!end) return undefined;
    const log = await readFile(logFile, 'utf8').catch(() => '');
    return explainTaskEnd({ name, end, logFile, logEnd: readLogEnd(log) });
  }

  /** A run that seems to do nothing says what it waits for, once for each reason. */
  #noteWaiting(tasks: readonly QueuedTask[]): void {
    const waiting = tasks.filter((task) => stateOf(task) === 'waiting');
    const isIdle = waiting.length > 0 && !tasks.some((task) => stateOf(task) === 'running');
    const reason = isIdle ? [...new Set(waiting.map((task) => task.reason))].join(', ') : '';
    if (reason !== '' && reason !== this.#toldReason) {
      this.#setting.note(`${renderCountOf(waiting.length, 'Slurm task')} waiting: ${reason}.`);
    }
    this.#toldReason = reason;
  }

  async handOver(trials: readonly Trial[]): Promise<void> {
    if (this.#living >= this.#livingAtLimit) return;
    const maxArraySize = await this.#cluster.readMaxArraySize();
    const chunks = cutIntoChunks(trials, { ...this.#setting.options, maxArraySize });
    const submitted = await this.#submitChunks(
      chunks.map((chunk) => ({ ids: chunk.map(({ id }) => id), text: this.#renderChunk(chunk) })),
      maxArraySize,
    );
    const rest = chunks.slice(countTasks(submitted)).flat().length;
    const count = chunks.flat().length - rest;
    this.#noteSubmission(submitted, renderCountOf(count, 'trial'));
    if (rest > 0) {
      this.#setting.note(
        `A limit on your jobs keeps ${renderCountOf(rest, 'trial')} back until tasks end.`,
      );
    }
  }

  /** Neighbours of a search are not known before: a task takes one after the other, as they come up. */
  async share({ name, plan, openCount, taskCount }: SharedWork): Promise<void> {
    const missing = countShares(openCount, this.#setting) - taskCount;
    if (missing <= 0 || this.#living >= this.#livingAtLimit) return;
    const chunk = { ids: [name], text: this.#renderChunk(plan) };
    const chunks = Array.from({ length: missing }, () => chunk);
    const maxArraySize = await this.#cluster.readMaxArraySize();
    const submitted = await this.#submitChunks(chunks, maxArraySize);
    this.#noteSubmission(submitted, 'the search');
  }

  /** Submits what Slurm takes now. @throws UserError if it takes none, and has none of ours. */
  async #submitChunks(
    chunks: Parameters<typeof createSubmission>[1],
    maxArraySize: number,
  ): Promise<Submission> {
    const submission = await createSubmission(this.#setting.out, chunks);
    const submitted = await this.#submit(submission, maxArraySize);
    const count = countTasks(submitted);
    this.#livingAtLimit = count < chunks.length ? this.#living + count : Number.POSITIVE_INFINITY;
    if (this.#livingAtLimit === 0) throw tooManyJobs();
    return submitted;
  }

  #renderChunk(trials: readonly Trial[]): string {
    const { out, taskFlags: flags, conditions } = this.#setting;
    const { threads, device, execution } = conditions;
    const handed = trials.map((trial) => handTrial(trial, conditions));
    return renderChunk({ out, flags, threads, device, execution, trials: handed });
  }

  /** Submits arrays as large as Slurm takes them, until it takes no more: a limit may be lower than the array. */
  async #submit(submission: Submission, maxArraySize: number): Promise<Submission> {
    const { folder, chunks } = submission;
    let { jobs } = submission;
    let size = maxArraySize;
    for (let first = 0; first < chunks.length; ) {
      const taskCount = Math.min(size, chunks.length - first);
      const file = join(folder, `${jobs.length}.sbatch`);
      await writeScript(file, writeArray(this.#setting, { folder, firstChunk: first, taskCount }));
      const job = await this.#cluster.submit(file);
      if (job !== undefined) {
        jobs = [...jobs, { job, firstChunk: first, taskCount }];
        await writeSubmission({ folder, chunks, jobs });
        first += taskCount;
      } else if (taskCount > 1) size = Math.ceil(taskCount / 2);
      else break;
    }
    return { folder, chunks, jobs };
  }

  #noteSubmission({ folder, jobs }: Submission, what: string): void {
    if (jobs.length === 0) return;
    const tasks = renderCountOf(countTasks({ jobs }), 'task');
    const numbers = jobs.map(({ job }) => job).join(', ');
    this.#setting.note(
      `Submitted ${what} to Slurm: ${tasks} of job ${numbers}. Logs are in "${folder}/logs".`,
    );
  }

  async stop(): Promise<void> {
    const { out, note, askWhetherToCancel } = this.#setting;
    const living = (await this.listTasks()).filter(({ state }) => state !== 'ended');
    const jobs = [...new Set(living.map(({ name }) => Number(name.split('_')[0])))];
    if (jobs.length === 0) return;
    const tasks = renderCountOf(living.length, 'Slurm task');
    if (await askWhetherToCancel(tasks)) {
      await this.#cluster.cancel(jobs);
      note(`Cancelled ${tasks}: each writes a checkpoint if it can.`);
    } else {
      const cancel = `scancel ${jobs.join(' ')}`;
      note(`Left ${tasks} to go on in "${out}". The same command follows, "${cancel}" ends them.`);
    }
  }
}

function countTasks({ jobs }: Pick<Submission, 'jobs'>): number {
  return jobs.reduce((sum, { taskCount }) => sum + taskCount, 0);
}

async function writeScript(file: string, text: string): Promise<void> {
  await writeFile(file, text).catch((error: unknown) => {
    throw asWriteError(error, file);
  });
}

function tooManyJobs(): UserError {
  return new UserError('Slurm takes no task: a limit on your jobs is reached by others of yours.', {
    hint: 'wait for them, or see "sacctmgr show assoc user=$USER" and "squeue --me".',
    exitCode: exitCodes.engine,
  });
}

interface KnownTask extends Pick<QueuedTask, 'job' | 'index'> {
  readonly name: string;
  readonly trials: readonly string[];
  readonly logFile: string;
}

function listKnownTasks({ folder, chunks, jobs }: Submission): KnownTask[] {
  return jobs.flatMap(({ job, firstChunk, taskCount }) =>
    chunks.slice(firstChunk, firstChunk + taskCount).map((trials, index) => {
      const name = nameTask({ job, index });
      return { job, index, name, trials, logFile: join(folder, 'logs', `${name}.log`) };
    }),
  );
}

function nameTask({ job, index }: Pick<QueuedTask, 'job' | 'index'>): string {
  return `${job}_${index}`;
}

/** The queue shows tasks for some minutes after their end, and keeps for ever those whose node failed too often. */
function stateOf(task: QueuedTask | undefined): FleetTask['state'] {
  if (!task || endedStates.has(task.state) || task.reason === 'JobHoldMaxRequeue') return 'ended';
  return runningStates.has(task.state) ? 'running' : 'waiting';
}

/**
 * Cuts trials into the chunks of tasks: as asked for, else so that they are one array. They are dealt out in turn:
 * neighbours take about as long, so that long and short ones mix.
 */
export function cutIntoChunks<Item>(
  trials: readonly Item[],
  { chunk, maxArraySize }: Pick<SlurmOptions, 'chunk'> & { readonly maxArraySize: number },
): Item[][] {
  const size = chunk ?? Math.max(1, Math.ceil(trials.length / maxArraySize));
  const chunks = Array.from({ length: Math.ceil(trials.length / size) }, (): Item[] => []);
  for (const [place, trial] of trials.entries()) chunks[place % chunks.length]?.push(trial);
  return chunks;
}

/** Returns how many tasks share a search: one for each of its open trials, or for as many as `chunk` says, else `--jobs`. */
function countShares(
  openCount: number,
  { options, jobs }: Pick<SlurmSetting, 'options' | 'jobs'>,
): number {
  const count = Math.ceil(openCount / (options.chunk ?? jobs));
  return Math.min(count, options.atOnce ?? Number.POSITIVE_INFINITY);
}

interface TaskArray {
  readonly folder: string;
  readonly firstChunk: number;
  readonly taskCount: number;
}

function writeArray({ options, program }: ScriptSetting, array: TaskArray): string {
  return renderBatchScript({ ...array, options, workingFolder: process.cwd(), program });
}

type ScriptSetting = Pick<SlurmSetting, 'options' | 'program'>;

/**
 * Renders the scripts that a run would submit for so many trials now.
 * @param kind `shared`: a search begins with so many.
 * @throws UserError (engine) where there is no Slurm
 */
export async function renderSlurmScripts(
  { count: trialCount, kind }: { readonly count: number; readonly kind: 'trials' | 'shared' },
  given: Pick<OpenSetting, 'slurm' | 'program' | 'out' | 'conditions' | 'jobs'>,
): Promise<string> {
  const options = withProcessors(parseSlurmOptions(given.slurm), given);
  const setting = { ...given, options };
  const cluster = await connectToSlurm();
  const maxArraySize = await cluster.readMaxArraySize();
  const trials = Array.from({ length: trialCount }, (_, index) => index);
  const length =
    kind === 'shared'
      ? countShares(trialCount, setting)
      : cutIntoChunks(trials, { ...options, maxArraySize }).length;
  const folder = await nameNextSubmission(setting.out);
  const scripts: string[] = [];
  for (let firstChunk = 0; firstChunk < length; firstChunk += maxArraySize) {
    const taskCount = Math.min(maxArraySize, length - firstChunk);
    scripts.push(writeArray(setting, { folder, firstChunk, taskCount }));
  }
  return scripts.join('\n');
}
