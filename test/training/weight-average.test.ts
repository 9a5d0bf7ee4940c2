import { beforeAll, describe, expect, test } from 'vitest';
import { compileProgram } from '../../src/graph/compile.js';
import type { Program } from '../../src/graph/program.js';
import { type Tensor, tensorflow, type Variable } from '../../src/graph/tensorflow.js';
import { createVariable } from '../../src/graph/variable.js';
import {
  createWeightAverage,
  type WeightAverage,
  type WeightAverageOptions,
  weightAverageSchema,
} from '../../src/training/weight-average.js';
import { loadTestEngine } from '../engine.js';
import { mulberry32 } from '../mulberry32.js';
import { largestDistance, readGolden } from './optimizers/run-optimizer.js';

interface GoldenLookahead {
  readonly params: { readonly total_steps: number };
  readonly input: { readonly initial: readonly (readonly number[])[] };
  readonly output: {
    readonly per_step: readonly {
      readonly parameters: readonly (readonly number[])[];
      readonly averaged: readonly (readonly number[])[];
    }[];
  } & Readonly<Record<string, unknown>>;
}

beforeAll(async () => {
  await loadTestEngine();
});

interface Setting {
  readonly program: Program;
  readonly average: WeightAverage;
  readonly weights: readonly Variable[];
  /** Adds numbers to the weights, as a step of training does. */
  add(numbers: readonly (readonly number[])[]): void;
  read(variables: readonly Variable[]): number[][];
  dispose(): void;
}

function createSetting(
  options: WeightAverageOptions,
  initial: readonly (readonly number[])[],
  length: { readonly totalSteps: number; readonly stepsPerEpoch: number },
): Setting {
  const tf = tensorflow();
  const weights = initial.map((values) => createVariable(tf.tensor1d([...values])));
  const average = createWeightAverage(options, { weights, length: { ...length, epochCount: 1 } });
  const train = {
    inputs: initial.map((values) => ({ shape: [values.length], dtype: 'float32' as const })),
    compute(...added: Tensor[]) {
      weights.forEach((weight, index) => {
        weight.assign(weight.add(added[index] as Tensor));
      });
      return [];
    },
  };
  const state = [...weights, ...average.state];
  const program: Program = compileProgram({ train, ...average.steps }, { state });
  return {
    program,
    average,
    weights,
    add(numbers) {
      const inputs = numbers.map((values) => tf.tensor1d([...values]));
      tf.dispose([...inputs, ...program.run('train', inputs)]);
    },
    read(variables) {
      const tensors = program.read(variables);
      const values = tensors.map((tensor) => Array.from(tensor.dataSync()));
      tf.dispose(tensors);
      return values;
    },
    dispose() {
      program.dispose();
      tf.dispose(state);
    },
  };
}

test("Lookahead follows airbench's over 30 steps, and ends at the average", () => {
  const golden = readGolden<GoldenLookahead>('lookahead');
  const { initial } = golden.input;
  const length = { totalSteps: golden.params.total_steps, stepsPerEpoch: 10 };
  const setting = createSetting(weightAverageSchema.parse({ name: 'lookahead' }), initial, length);
  golden.output.per_step.forEach(({ parameters, averaged }, index) => {
    const step = index + 1;
    const added = initial.map((values, tensor) => {
      const next = mulberry32(131 + 100 * tensor + step);
      return values.map(() => Math.fround(-0.1 + 0.2 * next()));
    });
    setting.add(added);
    setting.average.update(setting.program, step);
    if (step === length.totalSteps) setting.average.adopt(setting.program, step);
    const weights = setting.read(setting.weights).flat();
    const averages = setting.read(setting.average.state).flat();
    expect(largestDistance(weights, parameters.flat()), `weights, step ${step}`).toBeLessThan(2e-6);
    expect(largestDistance(averages, averaged.flat()), `average, step ${step}`).toBeLessThan(2e-6);
  });
  expect(setting.average.isJudged(30)).toBe(false);
  setting.dispose();
});

describe('An exponential moving average', () => {
  test('begins with the initial weights, leaves the training alone and is what is judged', async () => {
    const setting = createSetting({ name: 'ema', decay: 0.75, everySteps: 2 }, [[4, 0]], {
      totalSteps: 4,
      stepsPerEpoch: 2,
    });
    for (let step = 1; step <= 4; step++) {
      setting.add([[1, 2]]);
      setting.average.update(setting.program, step);
    }
    // 4, then 4 + (6 - 4) / 4, then 4.5 + (8 - 4.5) / 4; 0, 1, 2.75.
    expect(setting.read(setting.average.state)).toEqual([[5.375, 2.75]]);
    const judged = setting.average.withJudged(setting.program, 4, async () =>
      setting.read(setting.weights),
    );
    expect(await judged).toEqual([[5.375, 2.75]]);
    expect(setting.read(setting.weights)).toEqual([[8, 8]]);
    setting.average.adopt(setting.program, 4);
    expect(setting.read(setting.weights)).toEqual([[5.375, 2.75]]);
    setting.dispose();
  });

  test('is put back also where the judging fails', async () => {
    const length = { totalSteps: 1, stepsPerEpoch: 1 };
    const setting = createSetting({ name: 'ema', decay: 0.5, everySteps: 1 }, [[0]], length);
    setting.add([[1]]);
    setting.average.update(setting.program, 1);
    const judging = setting.average.withJudged(setting.program, 1, () =>
      Promise.reject(new Error('stopped')),
    );
    await expect(judging).rejects.toThrow('stopped');
    expect(setting.read([...setting.weights, ...setting.average.state])).toEqual([[1], [0.5]]);
    setting.dispose();
  });
});

describe('A mean over late epochs', () => {
  const options = { name: 'swa', startShare: 0.5, everyEpochs: 1 } as const;

  test('takes the weights after each epoch from its start on, and after the last step', () => {
    const setting = createSetting(options, [[0]], { totalSteps: 11, stepsPerEpoch: 2 });
    for (let step = 1; step <= 11; step++) {
      setting.add([[1]]);
      setting.average.update(setting.program, step);
      expect(setting.average.isJudged(step)).toBe(step >= 8);
    }
    const [[mean] = []] = setting.read(setting.average.state);
    expect(mean).toBeCloseTo((8 + 10 + 11) / 3, 5);
    setting.dispose();
  });

  test('leaves the weights alone where it has not begun', () => {
    const setting = createSetting(options, [[0]], { totalSteps: 100, stepsPerEpoch: 10 });
    setting.add([[1]]);
    setting.average.adopt(setting.program, 50);
    expect(setting.read(setting.weights)).toEqual([[1]]);
    setting.dispose();
  });
});
