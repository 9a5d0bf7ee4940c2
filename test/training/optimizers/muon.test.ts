import { beforeAll, describe, expect, test } from 'vitest';
import { type Tensor2D, tensorflow } from '../../../src/graph/tensorflow.js';
import { muon, orthogonalise } from '../../../src/training/optimizers/muon.js';
import { loadTestEngine } from '../../engine.js';
import { mulberry32 } from '../../mulberry32.js';
import { denseWeight, largestDistance, readGolden, runOptimizer } from './run-optimizer.js';

interface GoldenNewtonSchulz {
  readonly output: {
    readonly runs: readonly {
      readonly shape: [number, number];
      readonly seed: number;
      readonly steps: number;
      readonly output: readonly number[];
    }[];
  };
}

interface GoldenMuon {
  readonly input: {
    readonly initial_OIHW: {
      readonly shape: readonly number[];
      readonly values: readonly number[];
    };
  };
  readonly output: { readonly after_each_step: readonly (readonly number[])[] };
}

const tolerance = 2e-5;

beforeAll(async () => {
  await loadTestEngine();
});

describe('Newton-Schulz', () => {
  const { runs } = readGolden<GoldenNewtonSchulz>('newton_schulz').output;

  test.each(runs)(
    'of $shape in $steps steps agrees with PyTorch',
    ({ shape, seed, steps, output }) => {
      const next = mulberry32(seed);
      const values = Float32Array.from({ length: shape[0] * shape[1] }, () => -1 + 2 * next());
      const matrix = tensorflow().tensor2d(values, shape);
      const found = orthogonalise(matrix as Tensor2D, steps);
      expect(largestDistance(Array.from(found.dataSync()), output)).toBeLessThan(tolerance);
      tensorflow().dispose([matrix, found]);
    },
  );
});

/** From PyTorch's order of a kernel to TensorFlow's. Shape: [O, I, H, W] to [H, W, I, O]. */
function toTensorFlow(values: readonly number[], [o, i, h, w]: readonly number[]): number[] {
  const tf = tensorflow();
  return tf.tidy(() =>
    Array.from(
      tf
        .tensor4d([...values], [o ?? 0, i ?? 0, h ?? 0, w ?? 0])
        .transpose([2, 3, 1, 0])
        .dataSync(),
    ),
  );
}

test('muon follows PyTorch through ten steps of a falling learning rate', () => {
  const golden = readGolden<GoldenMuon>('muon');
  const { shape, values } = golden.input.initial_OIHW;
  const gradients = golden.output.after_each_step.map((_, step) => {
    const next = mulberry32(361 + step);
    const drawn = values.map(() => Math.fround(-1 + 2 * next()));
    return [toTensorFlow(drawn, shape), [1]];
  });
  const kernel = {
    layer: 'conv2d_1',
    kind: 'conv2d',
    part: 'kernel',
    shape: [shape[2] ?? 0, shape[3] ?? 0, shape[1] ?? 0, shape[0] ?? 0],
    values: toTensorFlow(values, shape),
  };
  const found = runOptimizer(
    {
      optimizer: muon.options.parse({
        name: 'muon',
        others: { name: 'sgd', learningRate: 0.5 },
      }),
      schedule: { name: 'polynomial', power: 1, finalFactor: 0 },
    },
    [kernel, denseWeight(1, [2])],
    gradients,
  );
  golden.output.after_each_step.forEach((expected, step) => {
    const distance = largestDistance(found[step]?.[0] ?? [], toTensorFlow(expected, shape));
    expect(distance, `step ${step}`).toBeLessThan(tolerance);
  });
  // What is no kernel of a convolution: 2 - 0.5 * (1 + 0.9), by the second optimiser and the same schedule.
  expect(found[1]?.[1]?.[0]).toBeCloseTo(1.05, 6);
});
