import { beforeAll, describe, expect, test } from 'vitest';
import { type Cifar10, readCifar10 } from '../../../src/cifar10/dataset.js';
import type { Diagnostics } from '../../../src/results/diagnostics.js';
import type { DoneTrial } from '../../../src/results/result.js';
import type { Checkpoint, TrialCheckpoints } from '../../../src/runner/checkpoint.js';
import { runTrial, type TrialContext } from '../../../src/runner/run-trial.js';
import { planTrials } from '../../../src/runner/trial.js';
import { cachedData } from '../../cifar10/cached-data.js';
import { loadTestEngine } from '../../engine.js';
import { environment } from '../../report/results.js';
import { tinyCatalogue, tinyExperiment } from '../tiny-experiment.js';

let data: Cifar10;
beforeAll(async () => {
  await loadTestEngine();
  data = await readCifar10(await cachedData());
});

/** Trains the tiny model on real images behind some stages. */
async function run(
  preprocessing: readonly object[],
  changes: Partial<TrialContext> = {},
): Promise<DoneTrial & { readonly diagnostics: Diagnostics }> {
  const experiment = tinyExperiment('diagnosed', { preprocessing }, { rate: 0.5 });
  const [trial] = planTrials([experiment]);
  if (!trial) throw new Error('No trial.');
  const end = await runTrial(trial, {
    catalogue: tinyCatalogue,
    data,
    environment: { ...environment, execution: 'graph' },
    provenance: { commandLine: [] },
    reporter: {},
    ...changes,
  });
  if (end.type !== 'ended') throw new Error('It was interrupted.');
  if (end.result.status === 'failed') throw new Error(end.result.reason);
  return end.result as DoneTrial & { readonly diagnostics: Diagnostics };
}

/** Stops a trial after its second step and returns its checkpoints. */
async function interrupt(
  preprocessing: readonly object[],
  changes: Partial<TrialContext>,
): Promise<TrialCheckpoints> {
  let checkpoint: Checkpoint | undefined;
  const checkpoints: TrialCheckpoints = {
    read: async () => ({ damaged: [], ...(checkpoint && { checkpoint }) }),
    async write(written) {
      checkpoint = written;
    },
    requireSpace: async () => {},
  };
  let polls = 0;
  const shouldStop = () => ++polls === 2;
  const stopped = run(preprocessing, { ...changes, checkpoints, shouldStop });
  await expect(stopped).rejects.toThrow('interrupted');
  return checkpoints;
}

describe('Diagnostics of a trial', () => {
  test('have all their parts, and fit its other numbers', async () => {
    const { diagnostics, test: judged } = await run([{ name: 'minmax' }]);
    const { gradientNorm, deadRelus, input, classAccuracy, confusion, calibration } = diagnostics;
    expect(gradientNorm.firstSteps).toHaveLength(6);
    expect(gradientNorm.epochs).toHaveLength(2);
    expect(deadRelus).toEqual([]);
    expect(input.train.imageCount).toBe(150);
    expect(input.test).toMatchObject({ imageCount: 100, min: 0, max: 1, constantShare: 0 });
    expect(input.shift).toBeLessThan(0.2);
    for (const [channel, mean] of [0.49, 0.48, 0.45].entries()) {
      expect(Math.abs((input.train.mean[channel] ?? 0) - mean)).toBeLessThan(0.05);
    }
    const right = confusion.reduce((sum, row, label) => sum + (row[label] ?? 0), 0);
    expect(confusion.flat().reduce((sum, count) => sum + count, 0)).toBe(100);
    expect(right / 100).toBe(judged.accuracy);
    expect(classAccuracy.reduce((sum, share) => sum + share, 0) / 10).toBeCloseTo(
      judged.accuracy,
      6,
    );
    expect(calibration.bins.reduce((sum, { count }) => sum + count, 0)).toBe(100);
    expect(JSON.parse(JSON.stringify(diagnostics))).toEqual(diagnostics);
  });

  test('show what a value range does that is not the images’', async () => {
    const brightness = { name: 'random-brightness', factor: 0.2 };
    const { diagnostics } = await run([{ name: 'minmax' }, brightness]);
    const { train, test: tested, shift } = diagnostics.input;
    expect(shift).toBeGreaterThan(10);
    expect(train.constantShare).toBeGreaterThan(0.3);
    expect(train.saturatedShare).toBeGreaterThan(0.3);
    expect([tested.constantShare, tested.max]).toEqual([0, 1]);
  });

  test('can be left out, which changes no other number', async () => {
    const stages = [{ name: 'minmax' }, { name: 'random-flip' }];
    const withThem = await run(stages);
    const without = await run(stages, { diagnostics: false });
    expect(without).not.toHaveProperty('diagnostics');
    const numbersOf = ({ history, test: judged }: DoneTrial) => ({
      judged,
      history: history.map(({ trainSeconds: _, validationSeconds: __, ...numbers }) => numbers),
    });
    expect(numbersOf(without)).toEqual(numbersOf(withThem));
    expect((await run(stages)).diagnostics).toEqual(withThem.diagnostics);
  });

  test('are made or not as the trial began, also where it goes on otherwise', async () => {
    const stages = [{ name: 'minmax' }, { name: 'random-flip' }];
    const begunWith = await interrupt(stages, { diagnostics: true });
    const begunWithout = await interrupt(stages, { diagnostics: false });
    const withThem = await run(stages, { checkpoints: begunWith, diagnostics: false });
    expect(withThem.diagnostics).toEqual((await run(stages)).diagnostics);
    const without = await run(stages, { checkpoints: begunWithout, diagnostics: true });
    expect(without).not.toHaveProperty('diagnostics');
  });
});
