import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { TrialResult } from '../../src/results/result.js';
import type { FleetTask, TaskEnd } from '../../src/runner/launcher.js';
import { type PlanOptions, silentReporter } from '../../src/runner/run-leased-trial.js';
import { runPlan } from '../../src/runner/run-plan.js';
import { openTrialStore } from '../../src/runner/store/trial-store.js';
import type { Trial } from '../../src/runner/trial.js';
import { acquireLease } from '../../src/storage/lease.js';
import { UserError } from '../../src/user-error.js';
import { storedTrial } from '../results/stored-trial.js';
import { temporaryFolder } from '../temporary-folder.js';

// What a killed process leaves is taken over when it was silent for so long.
process.env.PREP_LAB_LEASE_SECONDS = '0.2';

async function leaveLease(folder: string): Promise<void> {
  await mkdir(folder);
  await writeFile(join(folder, 'lease-1'), '');
}

const template = { done: storedTrial('done'), failed: storedTrial('failed') };

function makePlan(count: number): Trial[] {
  const { experiment, changes, writtenEpochs } = template.done;
  return Array.from({ length: count }, (_, seed) => {
    const key = seed.toString(16).padStart(64, '0');
    return { id: `a-seed${seed}`, key, settingKey: key, experiment, changes, writtenEpochs, seed };
  });
}

/** What the test's scheduler does with a task: stores results of these trials, then is in this state. */
interface Step {
  readonly state: FleetTask['state'];
  readonly stores?: readonly number[];
  readonly begins?: readonly number[];
  readonly end?: Partial<TaskEnd>;
}

/** Runs a plan on a scheduler whose n-th task goes through the n-th list of steps, one step a look. */
async function runOnFleet(
  plan: readonly Trial[],
  tasks: readonly (readonly Step[])[],
  { leaves = false, ...options }: Partial<PlanOptions> & { readonly leaves?: boolean } = {},
) {
  const store = await openTrialStore(join(await temporaryFolder(), 'results'));
  const seen: string[] = [];
  const handed: { readonly trials: readonly Trial[]; look: number }[] = [];
  const storeResult = async (trial: Trial) => {
    const { id, key, seed } = trial;
    const result = { ...template.done, id, key, seed } as TrialResult;
    const lease = await acquireLease(store.folderOf(trial));
    await store.commit({ trial, result, predicted: new Uint8Array(10), lease });
    await lease.release();
  };
  const listTasks = async (): Promise<FleetTask[]> => {
    const listed: FleetTask[] = [];
    for (const [index, task] of handed.entries()) {
      const steps = tasks[index] ?? [];
      const step = steps[Math.min(task.look++, steps.length - 1)] ?? { state: 'waiting' };
      for (const place of step.stores ?? []) await storeResult(task.trials[place] as Trial);
      for (const place of step.begins ?? [])
        await leaveLease(store.folderOf(task.trials[place] as Trial));
      const failure = { reason: `It died in task ${index}.` };
      listed.push({
        name: String(index),
        trials: task.trials.map(({ id }) => id),
        state: step.state,
        explainEnd: async () =>
          step.end && { failure, isRegular: false, blames: 'begun', ...step.end },
      });
    }
    return listed;
  };
  const come = runPlan(plan, {
    store,
    which: 'missing',
    checkpoints: 'required',
    whenInUse: 'wait',
    whenFailed: 'continue',
    stop: new AbortController().signal,
    reporter: {
      ...silentReporter,
      ended: (trial, { status }) => void seen.push(`${status} ${trial.seed}`),
    },
    prepare: async () => ({
      pollSeconds: 0.001,
      leaves,
      listTasks,
      async handOver(trials) {
        seen.push(`handed over ${trials.map(({ seed }) => seed)}`);
        handed.push({ trials, look: 0 });
      },
      share: async () => {},
      stop: async () => void seen.push('stopped'),
      failAfterDeath: ({ id, key, seed }, _slot, { reason, past }) =>
        ({ ...template.failed, id, key, seed, reason, history: past.history }) as TrialResult,
    }),
    ...options,
  });
  return { seen, come, store };
}

const all: Step[] = [
  { state: 'waiting' },
  { state: 'running', stores: [0] },
  { state: 'ended', stores: [1, 2] },
];

test('Results are taken as tasks store them', async () => {
  const { seen, come } = await runOnFleet(makePlan(3), [all]);
  const { results, left } = await come;
  expect(left).toBe(0);
  expect(results.trials.map(({ seed, status }) => [seed, status])).toEqual([
    [0, 'done'],
    [1, 'done'],
    [2, 'done'],
  ]);
  expect(seen).toEqual(['handed over 0,1,2', 'done 0', 'done 1', 'done 2']);
});

test('What a task had not begun when it died is handed over again; what it had begun failed', async () => {
  const died: Step[] = [
    { state: 'running', stores: [0], begins: [1] },
    { state: 'ended', end: {} },
  ];
  const { seen, come } = await runOnFleet(makePlan(3), [died, [{ state: 'ended', stores: [0] }]]);
  const { results } = await come;
  expect(seen).toEqual(['handed over 0,1,2', 'done 0', 'failed 1', 'handed over 2', 'done 2']);
  expect(results.trials[1]).toMatchObject({ status: 'failed', reason: 'It died in task 0.' });
});

test('A task that died before it began any is to blame for its first: the others cannot wait for ever', async () => {
  const died: Step[] = [{ state: 'ended', end: {} }];
  const { seen, come } = await runOnFleet(makePlan(3), [died, died, died]);
  await come;
  expect(seen).toEqual([
    'handed over 0,1,2',
    'failed 0',
    'handed over 1,2',
    'failed 1',
    'handed over 2',
    'failed 2',
  ]);
});

test('A task that was cancelled fails all that it has left', async () => {
  const { seen, come } = await runOnFleet(makePlan(3), [
    [{ state: 'ended', stores: [0], end: { blames: 'all' } }],
  ]);
  await come;
  expect(seen.sort()).toEqual(['done 0', 'failed 1', 'failed 2', 'handed over 0,1,2']);
});

test('A task that the scheduler has forgotten is handed over again', async () => {
  const { seen, come } = await runOnFleet(makePlan(1), [
    [{ state: 'ended' }],
    [{ state: 'ended', stores: [0] }],
  ]);
  await come;
  expect(seen).toEqual(['handed over 0', 'handed over 0', 'done 0']);
});

test('What is not of a trial ends the run', async () => {
  const error = new UserError('The Slurm task 1_0 ended with exit code 8 (FAILED): no data.');
  const { come } = await runOnFleet(makePlan(2), [[{ state: 'ended', end: { error } }]]);
  await expect(come).rejects.toBe(error);
});

test('A run that leaves hands over and ends', async () => {
  const { seen, come } = await runOnFleet(makePlan(2), [all], { leaves: true });
  expect((await come).left).toBe(2);
  expect(seen).toEqual(['handed over 0,1']);
});

test('A run that is stopped tells its tasks', async () => {
  const controller = new AbortController();
  const { seen, come } = await runOnFleet(makePlan(2), [[{ state: 'running' }]], {
    stop: controller.signal,
  });
  await vi.waitFor(() => expect(seen).toEqual(['handed over 0,1']), 10_000);
  controller.abort();
  expect((await come).left).toBe(2);
  expect(seen).toEqual(['handed over 0,1', 'stopped']);
});
