import { describe, expect, test } from 'vitest';
import {
  computeFactors,
  createFactor,
  type Schedule,
  scaleTimes,
  scheduleSchema,
} from '../../src/training/schedule.js';
import { measureLength } from '../../src/training/training-length.js';
import { readGolden } from './optimizers/run-optimizer.js';

interface GoldenSchedulers {
  readonly params: { readonly base_lr: number };
  readonly output: Readonly<Record<string, { readonly lr: readonly number[] }>>;
}

interface GoldenSchedule {
  readonly output: {
    readonly factors: Readonly<Record<string, readonly number[]>>;
    readonly epochs_stepsPerEpoch_totalSteps: readonly [number, number, number][];
    readonly ceil_in_floating_point_is_not_the_exact_ceil: {
      readonly rows: readonly [number, number, number][];
    };
  };
}

/** An epoch of the golden schedules is one step. */
const length = { stepsPerEpoch: 1, totalSteps: 50, epochCount: 50 };
const warmUp = { epochs: 5, startFactor: 0.1 };

/** As files write them; the golden rates are 0.1 times a factor, those of one-cycle 0.4 times. */
const written: Record<string, object> = {
  cosine: { name: 'cosine', finalFactor: 0.01 },
  one_cycle: { name: 'one-cycle' },
  one_cycle_linear: {
    name: 'one-cycle',
    riseShare: 0.23,
    curve: 'linear',
    startDivisor: 5,
    finalDivisor: 10,
  },
  exponential: { name: 'exponential', factor: 0.93 },
  step: { name: 'step', everyEpochs: 15, factor: 0.3 },
  multi_step: { name: 'step', atEpochs: [10, 30, 45], factor: 0.2 },
  polynomial: { name: 'polynomial', power: 2, epochs: 40 },
  linear_warm_up: { name: 'constant', warmUp },
  warm_up_then_cosine: { name: 'cosine', finalFactor: 0.01, warmUp },
  warm_up_then_exponential: { name: 'exponential', factor: 0.93, warmUp },
  warm_up_then_step: { name: 'step', everyEpochs: 15, factor: 0.3, warmUp },
  warm_up_then_polynomial: { name: 'polynomial', power: 0.9, warmUp },
};

const golden = readGolden<GoldenSchedulers>('lr_schedulers');

test('every golden scheduler has a case', () => {
  expect(Object.keys(written).sort()).toEqual(Object.keys(golden.output).sort());
});

test.each(Object.keys(written))('%s agrees with PyTorch in each of 50 steps', (name) => {
  const factorAt = createFactor(scheduleSchema.parse(written[name]), length);
  const top = name.startsWith('one_cycle') ? 0.4 : golden.params.base_lr;
  golden.output[name]?.lr.forEach((expected, step) => {
    const tolerance = 1e-9 * expected + 1e-17;
    expect(Math.abs(top * factorAt(step) - expected), `step ${step}`).toBeLessThan(tolerance);
  });
});

describe('Piecewise-linear', () => {
  const schedule = scheduleSchema.parse({
    name: 'piecewise-linear',
    points: [
      [0, 0.2],
      [0.23, 1],
      [1, 0.07],
    ],
  });
  const { factors } = readGolden<GoldenSchedule>('schedule').output;

  test.each(Object.keys(factors))("is airbench's triangle over %s steps", (steps) => {
    const factorAt = createFactor(schedule, { ...length, totalSteps: Number(steps) });
    factors[steps]?.forEach((expected, step) => {
      expect(Math.abs(factorAt(step) / expected - 1), `step ${step}`).toBeLessThan(1e-9);
    });
  });
});

test('polynomial over some epochs is the golden schedule of the whitening bias', () => {
  const schedule: Schedule = { name: 'polynomial', power: 1, finalFactor: 0, epochs: 3 };
  const training = { stepsPerEpoch: 4, totalSteps: 20, epochCount: 5 };
  const factors = Array.from(computeFactors(schedule, training));
  expect(factors.slice(0, 5)).toEqual([1, 11 / 12, 10 / 12, 0.75, 8 / 12].map(Math.fround));
  expect(factors.slice(12)).toEqual(Array(8).fill(0));
});

test.each([
  [
    {
      name: 'piecewise-linear',
      points: [
        [0, 1],
        [0.5, 0.5],
      ],
    },
    'must begin with a share of 0 and end with one of 1',
  ],
  [
    {
      name: 'piecewise-linear',
      points: [
        [0, 1],
        [0.5, 0.5],
        [0.5, 1],
        [1, 0],
      ],
    },
    'must rise in their first numbers',
  ],
  [{ name: 'step' }, 'must have one of "everyEpochs" and "atEpochs"'],
])('%o is refused', (schedule, message) => {
  const { error } = scheduleSchema.safeParse(schedule);
  expect(error?.issues.map((issue) => issue.message)).toEqual([message]);
});

describe('The number of steps', () => {
  const { output } = readGolden<GoldenSchedule>('schedule');
  const { rows } = output.ceil_in_floating_point_is_not_the_exact_ceil;
  const exact = output.epochs_stepsPerEpoch_totalSteps.filter(
    ([epochs, per]) => !rows.some((row) => row[0] === epochs && row[1] === per),
  );

  test.each(exact)('of %d epochs of %d steps is %d', (epochs, per, total) => {
    const recipe = { epochs, batchSize: 10, dropLast: true };
    expect(measureLength(recipe, per * 10 + 3).totalSteps).toBe(total);
  });

  test('is exact where floating point takes one too many', () => {
    for (const [epochs, per, floating] of rows) {
      expect(Math.ceil(epochs * per)).toBe(floating);
      expect(measureLength({ epochs, batchSize: 1 }, per).totalSteps).toBe(floating - 1);
    }
  });
});

test.each<object>([
  { name: 'constant', warmUp },
  { name: 'cosine', epochs: 30, warmUp },
  { name: 'step', everyEpochs: 10 },
  { name: 'step', atEpochs: [20, 40], warmUp },
  { name: 'exponential', factor: 0.9, warmUp },
  { name: 'polynomial', epochs: 20 },
  { name: 'one-cycle' },
])('a training of a tenth of the epochs goes through the same curve: %j', (written) => {
  const schedule = scheduleSchema.parse(written);
  const steps = { totalSteps: 500, epochCount: 50 };
  const whole = createFactor(schedule, { ...steps, stepsPerEpoch: 10 });
  const short = createFactor(scaleTimes(schedule, 0.1), { ...steps, stepsPerEpoch: 100 });
  for (let step = 0; step < 500; step++) expect(short(step)).toBeCloseTo(whole(step), 9);
});
