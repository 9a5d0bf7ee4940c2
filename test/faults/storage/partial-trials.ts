import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { faultEnvironment } from '../fault.js';
import { createScenario, type Scenario } from '../scenario.js';
import { run } from '../start-run.js';

/** Trains three epochs with all that a checkpoint must hold. */
const oneExperiment: Readonly<Record<string, object>> = {
  one: {
    preprocessing: [{ name: 'zscore' }, { name: 'random-flip' }],
    model: { name: 'quarters', rate: 0.3 },
    training: {
      epochs: 3,
      earlyStopping: { monitor: 'validationAccuracy', patience: 3, restoreBestWeights: true },
      reduceLearningRateOnPlateau: { patience: 0, factor: 0.5 },
    },
  },
};

/** A scenario of one experiment, a trial a seed. */
export function createSeeds(count: number, ...options: string[]): Promise<Scenario> {
  const seeds = Array.from({ length: count }, (_, seed) => seed).join(',');
  return createScenario({ experiments: oneExperiment, options: ['--seed', seeds, ...options] });
}

/** A checkpoint's files: each is opened once for writing. */
const opensOfCheckpoint = 4;

/** Runs a scenario until each trial has two checkpoints and no result. Returns the trials' folders, by seed. */
export async function trainPartly({ folder, parameters, out, log }: Scenario): Promise<string[]> {
  const call = opensOfCheckpoint * 2 + 1;
  const fault = { process: 'child', action: 'kill', names: ['open'], call } as const;
  const environment = faultEnvironment(fault, { folder: out, log });
  const { end, stderr } = await run({ folder, parameters, environment });
  expect(end, stderr).toBe(1);
  const trials = (await readdir(out))
    .filter((name) => name.includes('-seed'))
    .sort((a, b) => seedOf(a) - seedOf(b))
    .map((name) => join(out, name));
  for (const trial of trials) {
    await rm(join(trial, 'result'), { recursive: true });
    expect(await readdir(join(trial, 'checkpoints'))).toEqual(
      expect.arrayContaining(['epoch-000001-step-000000', 'epoch-000002-step-000000']),
    );
  }
  return trials;
}

function seedOf(name: string): number {
  return Number(/-seed(\d+)-/.exec(name)?.[1]);
}
