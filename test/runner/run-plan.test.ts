import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { readResults } from '../../src/results/read-results.js';
import type { TrialResult } from '../../src/results/result.js';
import type { PlanOptions, PlanReporter } from '../../src/runner/run-leased-trial.js';
import { runPlan } from '../../src/runner/run-plan.js';
import { openTrialStore } from '../../src/runner/store/trial-store.js';
import type { Trial } from '../../src/runner/trial.js';
import type { TrialEnd } from '../../src/runner/trial-process/start-trial-process.js';
import { UserError } from '../../src/user-error.js';
import { storedTrial } from '../results/stored-trial.js';
import { temporaryFolder } from '../temporary-folder.js';

const template = { done: storedTrial('done'), failed: storedTrial('failed') };

function makePlan(count: number): Trial[] {
  const { experiment, changes, writtenEpochs } = template.done;
  return Array.from({ length: count }, (_, seed) => {
    const key = seed.toString(16).padStart(64, '0');
    return { id: `a-seed${seed}`, key, settingKey: key, experiment, changes, writtenEpochs, seed };
  });
}

const end = (trial: Trial, status: 'done' | 'failed'): TrialEnd => {
  const { id, key, seed } = trial;
  return { type: 'ended', result: { ...template[status], id, key, seed } as TrialResult };
};

/** Runs a plan whose trials end as `train` says; one without an end runs until it is told to stop. */
async function runWith(
  plan: readonly Trial[],
  train: (trial: Trial) => TrialEnd | undefined,
  {
    jobs = 1,
    stored = async () => {},
    ...options
  }: Partial<PlanOptions> & Partial<Pick<PlanReporter, 'stored'>> & { readonly jobs?: number } = {},
) {
  const seen: string[] = [];
  const note = (what: string) => (trial: Trial) => void seen.push(`${what} ${trial.seed}`);
  const reporter: PlanReporter = {
    chosen: (trials, kept) => void seen.push(`chosen ${trials.length}, kept ${kept}`),
    otherCode: (folders) => void seen.push(`other code ${folders}`),
    waiting: note('waiting'),
    setAside: note('set aside'),
    started: note('started'),
    interrupted: note('interrupted'),
    paused: note('paused'),
    ended: note('ended'),
    stored,
  };
  const come = runPlan(plan, {
    store: await openTrialStore(join(await temporaryFolder(), 'results')),
    which: 'missing',
    checkpoints: 'required',
    whenInUse: 'wait',
    whenFailed: 'continue',
    stop: new AbortController().signal,
    reporter,
    prepare: async () => ({
      slots: Array.from({ length: jobs }, () => ({})),
      failAfterDeath: () => template.failed,
      start(trial) {
        let stop = () => {};
        const stopped = new Promise<TrialEnd>((resolve) => {
          stop = () => resolve({ type: 'interrupted' });
        });
        const ended = (async () => train(trial) ?? (await stopped))();
        return { ended, stop: () => stop() };
      },
    }),
    ...options,
  });
  return { seen, come };
}

const warnings: Error[] = [];
const warn = (warning: Error) => void warnings.push(warning);
process.on('warning', warn);
afterEach(() => warnings.splice(0));

test('Twenty trials side by side end in good order when the run is stopped, and Node warns of nothing', async () => {
  const controller = new AbortController();
  const plan = makePlan(20);
  const { seen, come } = await runWith(
    plan,
    ({ seed }) => {
      if (seed === 18) controller.abort();
      return undefined;
    },
    { jobs: 20, stop: controller.signal },
  );
  const { results, left } = await come;
  expect([results.trials, left]).toEqual([[], 20]);
  expect(seen.filter((line) => line.startsWith('interrupted'))).toHaveLength(
    seen.filter((line) => line.startsWith('started')).length,
  );
  await new Promise(setImmediate);
  expect(warnings).toEqual([]);
});

test('With whenFailed "stop" the first failure lets the others checkpoint and starts no more', async () => {
  const { seen, come } = await runWith(
    makePlan(4),
    (trial) => (trial.seed === 0 ? end(trial, 'failed') : undefined),
    { jobs: 2, whenFailed: 'stop' },
  );
  const { results, left } = await come;
  expect(results.trials.map(({ seed, status }) => [seed, status])).toEqual([[0, 'failed']]);
  expect(left).toBe(3);
  expect(seen.sort()).toEqual(
    ['chosen 4, kept 0', 'started 0', 'started 1', 'ended 0', 'interrupted 1'].sort(),
  );
});

test('An error that is not of one trial alone ends the run, after the others have checkpointed', async () => {
  const { seen, come } = await runWith(
    makePlan(3),
    ({ seed }) => {
      if (seed === 0) throw new UserError('The disk is full.');
      return undefined;
    },
    { jobs: 2 },
  );
  await expect(come).rejects.toThrow('The disk is full.');
  expect(seen).toContain('interrupted 1');
  expect(seen).not.toContain('started 2');
});

test('What is done is kept, in the order of the plan', async () => {
  const store = await openTrialStore(join(await temporaryFolder(), 'results'));
  const plan = makePlan(3);
  const first = await runWith(plan.slice(1, 2), (trial) => end(trial, 'failed'), { store });
  await first.come;
  const { seen, come } = await runWith(plan, (trial) => end(trial, 'done'), { store });
  const { results, left } = await come;
  expect(seen[0]).toBe('chosen 2, kept 1');
  expect(results.trials.map(({ seed, status }) => `${seed} ${status}`)).toEqual([
    '0 done',
    '1 failed',
    '2 done',
  ]);
  expect(left).toBe(0);
  const again = await runWith(plan, (trial) => end(trial, 'done'), { store, which: 'failed' });
  await again.come;
  expect(again.seen).toEqual(['chosen 1, kept 2', 'started 1', 'ended 1']);
});

test('Runners of parts in one folder leave one summary of the whole plan', async () => {
  const folder = join(await temporaryFolder(), 'results');
  const whole = makePlan(12);
  const parts = [0, 1, 2].map((part) => whole.filter(({ seed }) => seed % 3 === part));
  const lefts = await Promise.all(
    parts.map(async (part) => {
      const store = await openTrialStore(folder);
      const { come } = await runWith(part, (trial) => end(trial, 'done'), {
        store,
        whole,
        stored: (results) => store.writeSummary(results, '# Test accuracy of 12 trials\n'),
      });
      return (await come).left;
    }),
  );
  expect(lefts).toEqual([0, 0, 0]);
  const { trials } = await readResults(folder);
  expect(trials.map(({ seed }) => seed)).toEqual(whole.map(({ seed }) => seed));
});

test('A part is told of its own trials, and has the results of the others', async () => {
  const store = await openTrialStore(join(await temporaryFolder(), 'results'));
  const whole = makePlan(4);
  const first = await runWith(whole.slice(2), (trial) => end(trial, 'failed'), { store, whole });
  expect((await first.come).results.trials).toHaveLength(2);
  const second = await runWith(whole.slice(0, 2), (trial) => end(trial, 'done'), { store, whole });
  const { results } = await second.come;
  expect(second.seen[0]).toBe('chosen 2, kept 0');
  expect(results.trials.map(({ status }) => status)).toEqual(['done', 'done', 'failed', 'failed']);
});
