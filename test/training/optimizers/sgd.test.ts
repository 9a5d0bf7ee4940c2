import { beforeAll, expect, test } from 'vitest';
import type { OptimizerRecipe } from '../../../src/training/optimizer.js';
import { loadTestEngine } from '../../engine.js';
import { denseWeight, largestDistance, readGolden, runOptimizer } from './run-optimizer.js';

interface GoldenSgd {
  readonly params: {
    readonly momentum: number;
    readonly groups: readonly { readonly lr: number; readonly weight_decay: number }[];
    readonly lr_factor_per_step: readonly number[];
  };
  readonly input: {
    readonly initial: readonly (readonly number[])[];
    readonly gradients_step_group: { readonly values: readonly number[] };
  };
  readonly output: Readonly<
    Record<
      'nesterov_after_each_step' | 'plain_momentum_after_each_step',
      readonly (readonly (readonly number[])[])[]
    >
  >;
}

const golden = readGolden<GoldenSgd>('sgd_nesterov');
const { initial, gradients_step_group: flat } = golden.input;
const gradients = golden.params.lr_factor_per_step.map((_, step) =>
  initial.map((_, group) => flat.values.slice((step * 3 + group) * 5, (step * 3 + group) * 5 + 5)),
);

beforeAll(async () => {
  await loadTestEngine();
});

/** The golden schedule: up to 1 in the third of ten steps, and down; a step is an epoch. */
const schedule = {
  name: 'piecewise-linear' as const,
  points: [
    [0, 0.2],
    [0.2, 1],
    [1, 0.07],
  ] as [number, number][],
};

test.each([true, false])(
  "sgd with PyTorch's momentum, coupled decay, groups and a schedule follows it (Nesterov: %s)",
  (nesterov) => {
    const { groups, momentum } = golden.params;
    const [first, second, third] = groups;
    const recipe: OptimizerRecipe = {
      optimizer: {
        name: 'sgd',
        learningRate: first?.lr ?? 0,
        momentum,
        nesterov,
        momentumForm: 'torch',
        weightDecay: first?.weight_decay ?? 0,
      },
      groups: [
        { match: 'dense_2', learningRate: second?.lr ?? 0, weightDecay: second?.weight_decay ?? 0 },
        {
          match: 'dense_3',
          learningRateFactor: (third?.lr ?? 0) / (first?.lr ?? 1),
          weightDecay: third?.weight_decay ?? 0,
          untilEpoch: 4,
        },
      ],
      schedule,
    };
    const weights = initial.map((values, index) => denseWeight(index + 1, values));
    const found = runOptimizer(recipe, weights, gradients);
    const expected = nesterov
      ? golden.output.nesterov_after_each_step
      : golden.output.plain_momentum_after_each_step;
    expected.forEach((step, index) => {
      // The golden third group rests for three steps and goes on; a recipe's stays as it is for good.
      const frozen = expected[Math.min(index, 3)]?.[2] ?? [];
      const wanted = [step[0] ?? [], step[1] ?? [], frozen];
      wanted.forEach((values, group) => {
        const distance = largestDistance(found[index]?.[group] ?? [], values);
        expect(distance, `step ${index}, group ${group}`).toBeLessThan(2e-6);
      });
    });
  },
);

/** Plain loops, in float64. */
function loop(update: (w: number, memory: number, g: number) => [number, number]): number[][] {
  const start = initial[0] ?? [];
  const state = start.map((w) => [w, 0] as [number, number]);
  return gradients.map((step) => {
    step[0]?.forEach((g, index) => {
      const [w, memory] = state[index] ?? [0, 0];
      state[index] = update(w, memory, g);
    });
    return state.map(([w]) => w);
  });
}

const keras = { name: 'sgd', learningRate: 0.05, momentum: 0.8 } as const;
const cases: [string, OptimizerRecipe['optimizer'], number[][]][] = [
  [
    "Keras' Nesterov",
    { ...keras, nesterov: true },
    loop((w, v, g) => {
      const velocity = 0.8 * v - 0.05 * g;
      return [w + 0.8 * velocity - 0.05 * g, velocity];
    }),
  ],
  [
    "decoupled decay, as Keras' weight_decay",
    { ...keras, weightDecay: 0.4, weightDecayForm: 'decoupled' },
    loop((w, v, g) => {
      const velocity = 0.8 * v - 0.05 * g;
      return [w - 0.05 * 0.4 * w + velocity, velocity];
    }),
  ],
  [
    'coupled decay without momentum',
    { ...keras, momentum: 0, weightDecay: 0.4 },
    loop((w, v, g) => [w - 0.05 * (g + 0.4 * w), v]),
  ],
];

test.each(cases)('sgd with %s follows plain loops', (_, optimizer, expected) => {
  const found = runOptimizer(
    { optimizer },
    [denseWeight(1, initial[0] ?? [])],
    gradients.map(([first]) => [first ?? []]),
  );
  expected.forEach((values, step) => {
    expect(largestDistance(found[step]?.[0] ?? [], values), `step ${step}`).toBeLessThan(1e-6);
  });
});

test("with a changing rate Keras' and PyTorch's momentum differ by far more than the tolerance", () => {
  const run = (momentumForm: 'keras' | 'torch') =>
    runOptimizer(
      { optimizer: { ...keras, momentumForm }, schedule },
      [denseWeight(1, initial[0] ?? [])],
      gradients.map(([first]) => [first ?? []]),
    );
  const [asKeras, asTorch] = [run('keras').at(-1)?.[0] ?? [], run('torch').at(-1)?.[0] ?? []];
  expect(largestDistance(asKeras, asTorch)).toBeGreaterThan(1e-3);
});
