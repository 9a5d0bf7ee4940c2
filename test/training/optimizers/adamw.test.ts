import { beforeAll, expect, test } from 'vitest';
import { loadTestEngine } from '../../engine.js';
import { denseWeight, largestDistance, readGolden, runOptimizer } from './run-optimizer.js';

interface GoldenAdamw {
  readonly input: {
    readonly initial: readonly number[];
    readonly gradients: { readonly values: readonly number[] };
  };
  readonly output: Readonly<
    Record<
      string,
      {
        readonly options: {
          readonly lr: number;
          readonly betas: readonly [number, number];
          readonly eps: number;
          readonly weight_decay: number;
        };
        readonly after_each_step: readonly (readonly number[])[];
      }
    >
  >;
  readonly tolerance: { readonly abs: number };
}

const golden = readGolden<GoldenAdamw>('adamw');
const { initial, gradients } = golden.input;

beforeAll(async () => {
  await loadTestEngine();
});

test.each(Object.keys(golden.output))("adamw follows PyTorch's in case %s", (name) => {
  const { options, after_each_step: expected } = golden.output[name] ?? {};
  if (!options || !expected) throw new Error(name);
  const found = runOptimizer(
    {
      optimizer: {
        name: 'adamw',
        learningRate: options.lr,
        beta1: options.betas[0],
        beta2: options.betas[1],
        epsilon: options.eps,
        weightDecay: options.weight_decay,
      },
    },
    [denseWeight(1, initial)],
    expected.map((_, step) => [gradients.values.slice(step * 6, step * 6 + 6)]),
  );
  const distances = expected.map((values, step) => largestDistance(found[step]?.[0] ?? [], values));
  expect(Math.max(...distances)).toBeLessThan(golden.tolerance.abs);
});
