import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Experiment } from '../../src/experiment/experiment.js';
import { parseExperiment } from '../../src/index.js';
import { silentReporter } from '../../src/runner/run-leased-trial.js';
import { findRace, runRace } from '../../src/runner/run-race.js';
import { openTrialStore } from '../../src/runner/store/trial-store.js';
import type { Trial } from '../../src/runner/trial.js';
import { planVariants } from '../../src/runner/trial.js';
import type { TrialEnd } from '../../src/runner/trial-process/start-trial-process.js';
import { race } from '../experiment/race.js';
import { storedTrial } from '../results/stored-trial.js';
import { temporaryFolder } from '../temporary-folder.js';

/** Accuracy by experiment, moved by the seed alike in all, and by the experiment's own bit. */
const means: Readonly<Record<string, number>> = {
  minmax: 0.68,
  better: 0.71,
  same: 0.68,
  open: 0.69,
};
const own: Readonly<Record<string, number>> = {
  minmax: 0,
  better: 0.001,
  same: 0.0005,
  open: 0.02,
};

function accuracyOf({ experiment: { name }, seed }: Trial): number {
  const sign = seed % 2 === 0 ? 1 : -1;
  return (means[name] ?? 0) + 0.01 * Math.sin(seed) + sign * (own[name] ?? 0);
}

function planOf(names: readonly string[]): readonly Trial[] {
  const variants = names.map((name) => ({
    experiment: parseExperiment({
      name,
      preprocessing: ['minmax'],
      model: 'baseline',
      ...(name !== 'minmax' && { race }),
    }) as Experiment,
    changes: [],
  }));
  return planVariants(variants).trials;
}

interface Run {
  readonly folder: string;
  readonly jobs?: number;
  /** The run is stopped when so many trials were begun. */
  readonly stopAt?: number;
}

async function raceIn(plan: readonly Trial[], { folder, jobs = 1, stopAt = Infinity }: Run) {
  const found = findRace(plan);
  if (!found) throw new Error('The plan has no race.');
  const stop = new AbortController();
  const trained: string[] = [];
  const looks: string[] = [];
  const { results, left } = await runRace(plan, found, {
    store: await openTrialStore(join(folder, 'results')),
    which: 'missing',
    checkpoints: 'required',
    whenInUse: 'wait',
    whenFailed: 'continue',
    stop: stop.signal,
    reporter: silentReporter,
    prepare: async () => ({
      slots: Array.from({ length: jobs }, () => ({})),
      failAfterDeath: () => storedTrial('failed'),
      start(trial) {
        trained.push(`${trial.experiment.name} ${trial.seed}`);
        if (trained.length >= stopAt) stop.abort();
        const { id, key, seed, experiment } = trial;
        const result = { ...storedTrial('done'), id, key, seed, experiment };
        const test = { ...result.test, accuracy: accuracyOf(trial) };
        const ended: TrialEnd = { type: 'ended', result: { ...result, test } };
        return {
          ended: Promise.resolve(stop.signal.aborted ? { type: 'interrupted' } : ended),
          stop: () => {},
        };
      },
    }),
    looked: ({ racers }) =>
      looks.push(
        racers.map(({ name, verdict, seedCount }) => `${name} ${verdict} ${seedCount}`).join(),
      ),
  });
  return { results: results.trials.map(({ id }) => id), left, trained, looks };
}

test('Each experiment gets the seeds that its answer takes, and the control as many as the last one', async () => {
  const plan = planOf(['minmax', 'better', 'same', 'open']);
  expect(plan).toHaveLength(24);
  const { trained, looks } = await raceIn(plan, { folder: await temporaryFolder() });
  const count = (name: string) => trained.filter((line) => line.startsWith(name)).length;
  expect(['minmax', 'better', 'same', 'open'].map(count)).toEqual([6, 3, 3, 6]);
  expect(looks).toEqual([
    'better better 3,same within margin 3,open racing 3',
    'better better 3,same within margin 3,open racing 4',
    'better better 3,same within margin 3,open racing 5',
    'better better 3,same within margin 3,open undecided 6',
  ]);
});

test('Stopped anywhere and begun again, with one or three side by side, it comes to the same trials', async () => {
  const plan = planOf(['minmax', 'better', 'open']);
  const whole = await raceIn(plan, { folder: await temporaryFolder() });
  for (const [stopAt, jobs] of [
    [2, 1],
    [8, 3],
    [10, 1],
    [11, 3],
  ] as const) {
    const folder = await temporaryFolder();
    const first = await raceIn(plan, { folder, jobs, stopAt });
    expect(first.left).toBeGreaterThan(0);
    const second = await raceIn(plan, { folder, jobs });
    expect([second.results, second.left]).toEqual([whole.results, 0]);
    expect(second.looks.at(-1)).toBe(whole.looks.at(-1));
  }
});

test('Results that were there before the race count only as far as it looks', async () => {
  const plan = planOf(['minmax', 'better']);
  const folder = await temporaryFolder();
  await raceIn(planOf(['minmax', 'better', 'open']), { folder });
  const { results, trained } = await raceIn(plan, { folder });
  expect([results.length, trained]).toEqual([6, []]);
});
