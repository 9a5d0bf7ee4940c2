import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { shippedCatalogue } from '../../src/experiment/catalogue.js';
import { createVariantsParser } from '../../src/experiment/sweep/parse-variants.js';
import type { DoneTrial } from '../../src/results/result.js';
import { openCheckpoints } from '../../src/runner/checkpoint.js';
import type { FleetLauncher, FleetTask } from '../../src/runner/launcher.js';
import { openOptunaJournal } from '../../src/runner/optuna/journal.js';
import { listSearches } from '../../src/runner/plan/planned-search.js';
import { silentReporter } from '../../src/runner/run-leased-trial.js';
import { runSearch } from '../../src/runner/run-search.js';
import type { SearchRecord } from '../../src/runner/store/search-file.js';
import { openTrialStore } from '../../src/runner/store/trial-store.js';
import { planVariants, type Trial } from '../../src/runner/trial.js';
import type { TrialEnd } from '../../src/runner/trial-process/start-trial-process.js';
import { storedTrial } from '../results/stored-trial.js';
import { temporaryFolder } from '../temporary-folder.js';

vi.setConfig({ testTimeout: 120_000 });

/** By batch size, after each of four epochs. 16 begins best and ends last; 128 fails after its first epoch. */
const curves: Readonly<Record<number, readonly number[]>> = {
  16: [0.5, 0.51, 0.52, 0.53],
  32: [0.4, 0.52, 0.61, 0.72],
  64: [0.3, 0.6, 0.65, 0.7],
  128: [0.2],
};

const written = {
  name: 'tune',
  model: 'baseline',
  training: { epochs: 4, batchSize: 8, validation: { split: 1000 } },
  search: {
    over: { 'training.batchSize': [16, 32, 64, 128] },
    rungs: [0.25, 0.5, 1],
    keep: 0.75,
    confirm: { seeds: 2 },
  },
};

function planOf(file: object = written): readonly Trial[] {
  const parsed = createVariantsParser(shippedCatalogue(), [])(file);
  if ('problems' in parsed) throw new Error(parsed.problems[0]?.message);
  return planVariants(parsed.variants).trials;
}

function historyOf({ experiment, seed }: Trial, epochs: number) {
  const scores = curves[experiment.training.batchSize] ?? [0.1, 0.2, 0.3, 0.4];
  return scores.slice(0, epochs).map((score, index) => ({
    epoch: index + 1,
    trainLoss: 1,
    trainAccuracy: score,
    validationLoss: 1,
    validationAccuracy: seed === 0 ? score : score - 0.01,
    learningRate: 0.001,
    trainSeconds: 1,
    validationSeconds: 1,
  }));
}

interface Place {
  readonly folder: string;
  readonly token: string;
  readonly until: number | undefined;
  /** Checkpoints stay on another machine. */
  readonly isFar: boolean;
}

/** Ends as the trial's process would: with a checkpoint, or with a result. */
async function train(trial: Trial, { folder, token, until, isFar }: Place): Promise<TrialEnd> {
  const { id, key, seed, experiment, changes, chosen } = trial;
  const identity = { id, key, seed, experiment, changes, ...(chosen && { chosen }) };
  const history = historyOf(trial, until ?? 4);
  if (history.length < (until ?? 4)) {
    return { type: 'ended', result: { ...storedTrial('failed'), ...identity, history } };
  }
  if (until === undefined) {
    const result: DoneTrial = { ...storedTrial('done'), ...identity, history };
    return { type: 'ended', result: { ...result, test: { ...result.test, epoch: 4 } } };
  }
  if (isFar) return { type: 'paused', history };
  await openCheckpoints({ folder, key, leaseToken: token }).write({
    past: { startedAt: '2026-01-01T00:00:00.000Z', durationSeconds: 1, resumeCount: 0 },
    state: {
      epoch: until,
      step: 0,
      seconds: 0,
      callbacks: {
        earlyStopping: { wait: 0, stop: false },
        plateau: { wait: 0, cooldownLeft: 0, learningRate: 1 },
      },
      history,
      gradientNorms: [],
      tensors: [],
    },
  });
  return { type: 'paused' };
}

interface Run {
  readonly folder: string;
  readonly jobs?: number;
  /** The run is stopped when so many steps were begun. */
  readonly stopAt?: number;
  readonly which?: 'missing' | 'failed';
  /** A file for Optuna's journal of it. */
  readonly file?: string;
  /** It is a task of a scheduler. */
  readonly isTask?: boolean;
  /** How many train at once on other machines; left out, this one trains. */
  readonly far?: number;
}

async function searchIn(plan: readonly Trial[], run: Run) {
  const { folder, jobs = 1, stopAt = Infinity, which = 'missing', far, isTask = false } = run;
  const searches = listSearches(plan);
  const journal = run.file
    ? await openOptunaJournal({ file: run.file, searches, out: folder })
    : undefined;
  const store = await openTrialStore(join(folder, 'results'));
  const stop = new AbortController();
  const steps: string[] = [];
  let records: readonly SearchRecord[] = [];
  const { results, left } = await runSearch(plan, {
    store,
    which,
    checkpoints: 'required',
    whenInUse: isTask ? 'leave' : 'wait',
    summary: isTask ? 'left' : 'written',
    whenFailed: 'continue',
    stop: stop.signal,
    reporter: silentReporter,
    context: {},
    async searched(now) {
      records = now;
      await journal?.write(now);
    },
    prepare: async () => ({
      slots: Array.from({ length: jobs }, () => ({})),
      failAfterDeath: () => storedTrial('failed'),
      ...(far !== undefined && { countPlaces: async () => far }),
      start(trial, { lease, untilEpoch: until }) {
        steps.push(`${trial.experiment.training.batchSize} ${trial.seed} ${until ?? 'end'}`);
        if (steps.length >= stopAt) stop.abort();
        const isFar = far !== undefined;
        const place = { folder: store.folderOf(trial), token: lease.token, until, isFar };
        const ended: Promise<TrialEnd> = stop.signal.aborted
          ? Promise.resolve({ type: 'interrupted' })
          : train(trial, place);
        return { ended, stop: () => {} };
      },
    }),
  });
  const trials = results.trials.map(({ id, chosen }) => [id, chosen]);
  return { trials, left, steps, records };
}

test('One worker takes no step too many, and then trains the best and the control with fresh seeds', async () => {
  const plan = planOf();
  expect(plan.map(({ experiment, seed }) => `${experiment.training.batchSize} ${seed}`)).toEqual([
    ...['8 1', '8 2', '16 0', '32 0', '64 0', '128 0'],
  ]);
  const { steps, trials, records, left } = await searchIn(plan, {
    folder: await temporaryFolder(),
  });
  expect(steps).toEqual([
    ...['16 0 1', '32 0 1', '16 0 2', '64 0 1', '32 0 2', '128 0 1', '32 0 end'],
    ...['64 0 2', '64 0 end'],
    ...['8 1 end', '8 2 end', '32 1 end', '32 2 end'],
  ]);
  const chosen = { configurations: 4, place: 1, score: 0.72 };
  expect(trials.map(([, why]) => why)).toEqual([undefined, undefined, chosen, chosen]);
  expect(left).toBe(0);
  expect(records[0]).toMatchObject({ experiment: 'tune', seed: 0, counts: [4, 3, 2] });
  expect(records[0]?.configurations.map((one) => one.validationAccuracies)).toEqual([
    [0.5, 0.51],
    [0.4, 0.52, 0.72],
    [0.3, 0.6, 0.7],
    [0.2],
  ]);
  const states = records[0]?.configurations.map(({ state }) => state);
  expect(states).toEqual(['left', 'done', 'done', 'left']);
});

test('Stopped after any step and begun again, with one or three side by side, it comes to the same trials', async () => {
  const plan = planOf();
  const whole = await searchIn(plan, { folder: await temporaryFolder() });
  for (const [stopAt, jobs] of [
    [1, 1],
    [4, 3],
    [7, 1],
    [9, 3],
    [11, 1],
  ] as const) {
    const folder = await temporaryFolder();
    const first = await searchIn(plan, { folder, jobs, stopAt });
    expect(first.left).toBeGreaterThan(0);
    const second = await searchIn(plan, { folder, jobs });
    expect(second.trials).toEqual(whole.trials);
    expect(second.records[0]?.ranking).toEqual(whole.records[0]?.ranking);
  }
});

test('Two runners on one folder share the search, and no step is trained twice', async () => {
  const plan = planOf();
  const whole = await searchIn(plan, { folder: await temporaryFolder() });
  const folder = await temporaryFolder();
  const both = await Promise.all([searchIn(plan, { folder }), searchIn(plan, { folder, jobs: 2 })]);
  for (const one of both) expect(one.trials).toEqual(whole.trials);
  const steps = both.flatMap((one) => one.steps);
  expect(new Set(steps).size).toBe(steps.length);
});

test('Two runners that are stopped and begun again write one journal for Optuna, and nothing twice', async () => {
  const plan = planOf();
  const folder = await temporaryFolder();
  const file = join(folder, 'tune.log');
  for (const stopAt of [2, 3]) {
    const run = { folder, stopAt, file };
    await Promise.all([searchIn(plan, run), searchIn(plan, { ...run, jobs: 2 })]);
  }
  const run = { folder, file };
  const both = await Promise.all([searchIn(plan, run), searchIn(plan, { ...run, jobs: 2 })]);
  const [records = [], others] = both.map((one) => one.records);
  expect(records[0]?.ranking).toHaveLength(2);
  expect(others?.[0]?.ranking).toEqual(records[0]?.ranking);
  const text = await readFile(file, 'utf8');
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const written = lines.map(({ op_code, trial_id, user_attrs, step }) =>
    [op_code, trial_id ?? user_attrs?.id, step].join(' '),
  );
  expect(new Set(written).size).toBe(written.length);
  const ids = lines.flatMap(({ user_attrs }) => user_attrs?.id ?? []);
  const linesOf = (id: string) => lines.filter(({ trial_id }) => ids[trial_id] === id);
  const [, second, third] = records[0]?.configurations ?? [];
  for (const { id, validationAccuracies } of [second, third].flatMap((one) => one ?? [])) {
    expect(linesOf(id)).toMatchObject([
      ...validationAccuracies.map((score, rung) => ({
        step: [1, 2, 4][rung],
        intermediate_value: score,
      })),
      { op_code: 6, state: 1, values: validationAccuracies.slice(-1) },
    ]);
  }
  expect(lines.filter(({ op_code }) => op_code === 6)).toHaveLength(4);
});

test('Where checkpoints stay on other machines, it goes on from the epochs that came back, and waits with guesses', async () => {
  const plan = planOf();
  const whole = await searchIn(plan, { folder: await temporaryFolder() });
  const folder = await temporaryFolder();
  const first = await searchIn(plan, { folder, jobs: 100, far: 0, stopAt: 6 });
  expect(first.left).toBeGreaterThan(0);
  const second = await searchIn(plan, { folder, jobs: 100, far: 1 });
  expect(second.trials).toEqual(whole.trials);
  expect(second.records).toEqual(whole.records);
  // The sixth step was stopped on the way.
  const steps = [...first.steps.slice(0, 5), ...second.steps];
  expect(steps.sort()).toEqual([...whole.steps].sort());
});

/** Searches on a scheduler that runs up to three tasks at a time; the first `lost` of them die at once. */
async function searchOnFleet(plan: readonly Trial[], folder: string, lost = 0) {
  const store = await openTrialStore(join(folder, 'results'));
  const tasks: { readonly trials: readonly string[]; state: FleetTask['state'] }[] = [];
  const steps: string[] = [];
  const begin = (trials: readonly string[]) => {
    const task: (typeof tasks)[number] = { trials, state: 'running' };
    const isLost = tasks.push(task) <= lost;
    const searching = isLost ? undefined : searchIn(plan, { folder, isTask: true });
    void Promise.resolve(searching).then((found) => {
      steps.push(...(found?.steps ?? []));
      task.state = 'ended';
    });
  };
  const failure = { reason: 'It was cancelled.' };
  const launcher: FleetLauncher = {
    pollSeconds: 0.01,
    leaves: false,
    listTasks: async () =>
      tasks.map((task, index) => ({
        ...task,
        name: `${index}`,
        explainEnd: async () => ({ failure, isRegular: index >= lost, blames: 'all' }),
      })),
    async share({ name, openCount, taskCount }) {
      for (let count = taskCount; count < Math.min(3, openCount); count++) begin([name]);
    },
    handOver: async (trials) => begin(trials.map(({ id }) => id)),
    stop: async () => {},
    failAfterDeath: () => storedTrial('failed'),
  };
  const { results } = await runSearch(plan, {
    store,
    which: 'missing',
    checkpoints: 'required',
    whenInUse: 'wait',
    whenFailed: 'continue',
    stop: new AbortController().signal,
    reporter: silentReporter,
    context: {},
    searched: () => {},
    prepare: async () => launcher,
  });
  await vi.waitFor(() => expect(tasks.every(({ state }) => state === 'ended')).toBe(true), 60_000);
  return { trials: results.trials.map(({ id, chosen }) => [id, chosen]), steps };
}

test('Tasks of a scheduler share a search: none trains a guess, and they come to the same trials', async () => {
  vi.stubEnv('PREP_LAB_LEASE_SECONDS', '2');
  const plan = planOf();
  const whole = await searchIn(plan, { folder: await temporaryFolder() });
  const { trials, steps } = await searchOnFleet(plan, await temporaryFolder());
  expect(trials).toEqual(whole.trials);
  expect(steps.sort()).toEqual([...whole.steps].sort());
});

test('A search of which all tasks were lost ends with the reason, and others go on with it', async () => {
  vi.stubEnv('PREP_LAB_LEASE_SECONDS', '2');
  const plan = planOf();
  const folder = await temporaryFolder();
  await expect(searchOnFleet(plan, folder, 3)).rejects.toMatchObject({
    message: 'No task of the search is left. It was cancelled.',
    exitCode: 1,
  });
  const whole = await searchIn(plan, { folder: await temporaryFolder() });
  expect((await searchOnFleet(plan, folder, 1)).trials).toEqual(whole.trials);
});

test('A configuration that fails comes last, and can be tried once more', async () => {
  const folder = await temporaryFolder();
  const only = { ...written.search, over: { 'training.batchSize': [16, 128] }, rungs: [0.5, 1] };
  const plan = planOf({ ...written, search: { ...only, keep: 1 } });
  const first = await searchIn(plan, { folder });
  expect(first.records[0]?.configurations.map(({ state }) => state)).toEqual(['done', 'failed']);
  expect((await searchIn(plan, { folder })).steps).toEqual([]);
  expect((await searchIn(plan, { folder, which: 'failed' })).steps).toEqual(['128 0 2']);
});

test('A search of which nothing was trained to its end is an error', async () => {
  const over = { 'training.batchSize': [128] };
  const plan = planOf({ ...written, search: { ...written.search, over, rungs: [0.5, 1] } });
  await expect(searchIn(plan, { folder: await temporaryFolder() })).rejects.toMatchObject({
    message: 'No configuration of the search "tune" was trained to its end.',
    exitCode: 1,
  });
});

test('The experiment as it is written may be what the search finds', async () => {
  const training = { ...written.training, batchSize: 32 };
  const folder = await temporaryFolder();
  const { trials } = await searchIn(planOf({ ...written, training }), { folder });
  expect(trials.map(([, why]) => why)).toMatchObject([{ place: 1 }, { place: 1 }]);
});
