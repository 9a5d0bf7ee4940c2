import { beforeAll, describe, expect, test } from 'vitest';
import { applyStage } from '../../src/stages/apply-stage.js';
import { createPipeline } from '../../src/stages/pipeline.js';
import { loadTestEngine } from '../engine.js';
import { createListedStage, listProblems } from './listed-stage.js';
import { fromRows, toRows } from './rows.js';
import { readTorch, type TorchCase, torchImages } from './torch-golden.js';

beforeAll(async () => {
  await loadTestEngine();
});

const golden = readTorch<TorchCase<object>>('normalize');
const { mean, std } = golden.params as { mean: number[]; std: number[] };

describe('normalize', () => {
  test('subtracts its mean and divides by its deviation', async () => {
    const stage = createListedStage({ name: 'normalize', mean: 10, std: 4 });
    expect(toRows(await applyStage(stage, fromRows([[10, 12, 2]])))).toEqual([[[0, 0.5, -2]]]);
  });

  test.each(golden.output.runs)('agrees with torchvision on images $images', async (run) => {
    const scaled = await applyStage(createListedStage({ name: 'minmax' }), torchImages(run.images));
    const stage = createListedStage({ name: 'normalize', mean, std });
    const values = (await applyStage(stage, scaled)).dataSync();
    expect(values).toHaveLength(run.output.values.length);
    const worst = run.output.values.map((value, i) => Math.abs(value - (values[i] ?? Number.NaN)));
    expect(Math.max(...worst)).toBeLessThanOrEqual(2e-6);
  });

  test('gives the range of its widest channel', () => {
    const stage = createListedStage({
      name: 'normalize',
      mean: [0.5, 0.25, 0.4],
      std: [0.25, 0.5, 0.2],
    });
    expect(stage.gives([0, 1]).map((end) => Number(end.toFixed(6)))).toEqual([-2, 3]);
  });

  test('is made for the range that its numbers were measured on, where they tell', () => {
    const expected = (options: object) =>
      createListedStage({ name: 'normalize', ...options }).expects;
    expect(expected({ mean: 0.5, std: 0.25 })).toEqual([0, 1]);
    expect(expected({ mean: [125, 123, 114], std: 63 })).toEqual([0, 255]);
    expect(expected({ mean: 0, std: 1 })).toBeUndefined();
    expect(expected({ mean: -0.5, std: 0.25 })).toBeUndefined();
  });

  test('refuses another number of channels, and a deviation of 0', () => {
    const stage = createListedStage({ name: 'normalize', mean: [1, 2], std: 1 });
    const inputShape = { height: 2, width: 2, channels: 3 };
    expect(() => createPipeline([stage], { inputShape, resampling: 'each' })).toThrow(
      'Stage "normalize" must have one number or 3 in "mean", one a channel, received 2.',
    );
    expect(listProblems({ name: 'normalize', mean: 0, std: 0 })).toHaveLength(1);
  });
});
