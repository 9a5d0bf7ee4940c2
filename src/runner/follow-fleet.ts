import { setTimeout as sleep } from 'node:timers/promises';
import pMap from 'p-map';
import { asStorable } from '../results/storable.js';
import { acquireLease } from '../storage/lease.js';
import { listLeases } from '../storage/lease-file.js';
import { exitCodes, UserError } from '../user-error.js';
import { openCheckpoints } from './checkpoint.js';
import type { Failure } from './explain-failure.js';
import type { FleetLauncher, FleetTask, SharedWork, TaskEnd } from './launcher.js';
import type { PlanOptions, RunningPlan } from './run-leased-trial.js';
import type { Trial } from './trial.js';
import type { TrialSoFar } from './trial-process/trial-history.js';

/** A plan whose trials other prep-labs train. */
export interface FollowedPlan
  extends Pick<PlanOptions, 'store' | 'which' | 'whenFailed' | 'reporter'>,
    Pick<RunningPlan, 'results' | 'left' | 'ending' | 'end'> {
  readonly launcher: FleetLauncher;
}

/**
 * Hands trials to tasks that store results themselves, and follows them until each has a result, or until the run is told to
 * stop. A trial whose task ended without its result failed by that; one that the task had not begun is handed over again.
 * @throws UserError for what ends the run: the scheduler does not answer, a task's machine or data is not in order.
 */
export async function followFleet(plan: FollowedPlan, chosen: readonly Trial[]): Promise<void> {
  const { launcher, ending, left } = plan;
  if (plan.which === 'failed')
    for (const trial of chosen) await plan.store.setAside(trial, 'result');
  const fleet = new FollowedFleet(plan, plan.which === 'failed' ? await launcher.listTasks() : []);
  while (left.size > 0 && !ending.aborted) {
    const open = chosen.filter(({ id }) => left.has(id));
    const again = await fleet.look(open);
    if (again.length > 0 && !ending.aborted) await launcher.handOver(again);
    if (launcher.leaves) return;
    if (left.size > 0) await rest(plan);
  }
  if (ending.aborted) await launcher.stop();
}

/** Waits until it is time for another look. */
export async function rest({
  launcher,
  ending,
}: Pick<FollowedPlan, 'launcher' | 'ending'>): Promise<void> {
  await sleep(launcher.pollSeconds * 1000, undefined, { signal: ending }).catch(() => {});
}

/** Tasks that share work whose trials come up as it goes on. */
export class SharedFleet {
  readonly #launcher: FleetLauncher;
  readonly #work: Pick<SharedWork, 'name' | 'plan'>;
  /** Names of tasks whose end was looked into, or does not count: it is of another command. */
  readonly #judged: Set<string>;
  readonly #lost: TaskEnd[] = [];

  private constructor(
    launcher: FleetLauncher,
    work: Pick<SharedWork, 'name' | 'plan'>,
    before: readonly FleetTask[],
  ) {
    this.#launcher = launcher;
    this.#work = work;
    this.#judged = new Set(before.filter(hasEnded).map(({ name }) => name));
  }

  /** Finds the tasks that share the work already. @throws UserError */
  static async open(launcher: FleetLauncher, work: Pick<SharedWork, 'name' | 'plan'>) {
    return new SharedFleet(launcher, work, await launcher.listTasks());
  }

  /**
   * Sees to it that as many tasks share the work as are of use. One that was lost is not replaced: somebody cancelled it, or
   * the next would be lost too. The other tasks go on with what it had begun.
   * @throws UserError where tasks were lost and none is left, or where a machine is not in order.
   */
  async provide(openCount: number): Promise<void> {
    const { name } = this.#work;
    const tasks = (await this.#launcher.listTasks()).filter(({ trials }) => trials.includes(name));
    const living = tasks.filter((task) => !hasEnded(task)).length;
    for (const task of tasks.filter(hasEnded)) await this.#judge(task);
    const [lost] = this.#lost;
    if (lost && living === 0) throw lostAll(lost);
    const taskCount = living + this.#lost.length;
    await this.#launcher.share({ ...this.#work, openCount, taskCount });
  }

  async #judge(task: FleetTask): Promise<void> {
    if (this.#judged.has(task.name)) return;
    this.#judged.add(task.name);
    const end = await task.explainEnd();
    if (end?.error) throw end.error;
    if (end && !end.isRegular) this.#lost.push(end);
  }
}

function hasEnded({ state }: FleetTask): boolean {
  return state === 'ended';
}

function lostAll({ failure }: TaskEnd): UserError {
  return new UserError(`No task of the search is left. ${failure.reason}`, {
    hint: 'the same command goes on with the search; the logs of its tasks say more.',
    exitCode: exitCodes.trialFailed,
  });
}

/** Whose lease it was is dead, but only its silence tells so: these are waited for together. */
const failuresAtOnce = 500;

interface FailedTrial {
  readonly trial: Trial;
  readonly failure: Failure;
}

/** Which trials of a task failed by its end, and which are free to be handed over again. */
interface Judgement {
  readonly blamed: readonly FailedTrial[];
  readonly free: readonly Trial[];
}

class FollowedFleet {
  readonly #plan: FollowedPlan;
  /** Names of tasks whose end does not count: their trials were to be tried once more. */
  readonly #past: ReadonlySet<string>;
  /** Names of tasks that had ended at the last look: what they stored last may come late on a network disk. */
  #ended: ReadonlySet<string> = new Set();

  constructor(plan: FollowedPlan, before: readonly FleetTask[]) {
    this.#plan = plan;
    this.#past = new Set(before.flatMap(({ name, state }) => (state === 'ended' ? name : [])));
  }

  /** Takes the results that are there, and returns the trials that no task has. */
  async look(open: readonly Trial[]): Promise<Trial[]> {
    const tasks = await this.#plan.launcher.listTasks();
    const counted = tasks.filter(({ name }) => !this.#past.has(name));
    const { byTask, again } = assignTrials(open, counted);
    const failed: FailedTrial[] = [];
    for (const [task, trials] of byTask) {
      const missing = await this.#takeResults(task, trials);
      if (missing.length === 0 || !this.#ended.has(task.name)) continue;
      const { blamed, free } = await this.#judge(task, missing);
      failed.push(...blamed);
      again.push(...free);
    }
    this.#ended = new Set(tasks.flatMap(({ name, state }) => (state === 'ended' ? name : [])));
    await pMap(failed, (one) => this.#fail(one), { concurrency: failuresAtOnce });
    return again;
  }

  /** Returns the trials without one; none of a task that has not begun. */
  async #takeResults(task: FleetTask, trials: readonly Trial[]): Promise<Trial[]> {
    if (task.state === 'waiting') return [];
    const missing: Trial[] = [];
    for (const trial of trials) {
      if (await this.#takeStored(trial)) continue;
      missing.push(trial);
      // It trains them in this order: to look at all would cost more, the larger the plan is.
      if (task.state === 'running') return [];
    }
    return missing;
  }

  async #judge(task: FleetTask, missing: readonly Trial[]): Promise<Judgement> {
    const end = await task.explainEnd();
    if (!end) return { blamed: [], free: missing };
    if (end.error) throw end.error;
    const begun = end.blames === 'all' ? missing : await this.#findBegun(missing);
    return {
      blamed: begun.map((trial) => ({ trial, failure: end.failure })),
      free: missing.filter((trial) => !begun.includes(trial)),
    };
  }

  async #takeStored(trial: Trial): Promise<boolean> {
    const stored = await this.#plan.store.look(trial);
    if (!('result' in stored)) return false;
    await this.#take(trial, stored.result);
    return true;
  }

  async #take(trial: Trial, result: Parameters<FollowedPlan['results']['set']>[0]): Promise<void> {
    const { results, left, reporter, whenFailed, end } = this.#plan;
    results.set(result);
    left.delete(trial.id);
    reporter.ended(trial, result);
    await results.publish();
    if (result.status === 'failed' && whenFailed === 'stop') end();
  }

  /** A task that was killed leaves the leases of the trials that it had begun; without any, its first one is to blame. */
  async #findBegun(trials: readonly Trial[]): Promise<readonly Trial[]> {
    const begun: Trial[] = [];
    for (const trial of trials) {
      const leases = await listLeases(this.#plan.store.folderOf(trial));
      if (leases.length > 0) begun.push(trial);
    }
    return begun.length > 0 ? begun : trials.slice(0, 1);
  }

  async #fail({ trial, failure }: FailedTrial): Promise<void> {
    const { store, launcher, ending } = this.#plan;
    const waiting = acquireLease(store.folderOf(trial), { signal: ending });
    const lease = await waiting.catch((error: unknown) => {
      if (!ending.aborted) throw error;
    });
    if (!lease) return;
    try {
      if (await this.#takeStored(trial)) return;
      const past = await readPast(store.folderOf(trial), trial);
      const result = asStorable(launcher.failAfterDeath(trial, {}, { ...failure, past }));
      await store.commit({ trial, result, lease });
      await this.#take(trial, result);
    } finally {
      await lease.release();
    }
  }
}

/** A trial that was handed over more than once is with the last task. */
function assignTrials(open: readonly Trial[], tasks: readonly FleetTask[]) {
  const taskOf = new Map(tasks.flatMap((task) => task.trials.map((id) => [id, task] as const)));
  const byTask = new Map<FleetTask, Trial[]>();
  const again: Trial[] = [];
  for (const trial of open) {
    const task = taskOf.get(trial.id);
    if (!task) again.push(trial);
    else byTask.set(task, [...(byTask.get(task) ?? []), trial]);
  }
  return { byTask, again };
}

/** How far it had come, by its newest checkpoint. */
async function readPast(folder: string, { key }: Trial): Promise<TrialSoFar> {
  const none = { startedAt: new Date().toISOString(), durationSeconds: 0, resumeCount: 0 };
  const read = openCheckpoints({ folder, key, leaseToken: '' }).read();
  const { checkpoint } = await read.catch(() => ({ checkpoint: undefined }));
  return checkpoint
    ? { ...checkpoint.past, history: checkpoint.state.history }
    : { ...none, history: [] };
}
