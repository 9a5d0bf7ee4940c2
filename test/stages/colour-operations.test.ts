import { beforeAll, describe, expect, test } from 'vitest';
import { countLevels, lookUp, wholeLevels } from '../../src/graph/look-up.js';
import type { Tensor, Tensor3D, Tensor4D, TensorFlow } from '../../src/graph/tensorflow.js';
import {
  blend,
  brighten,
  equalizeTables,
  greyOf,
  invertLevels,
  posterizeLevels,
  solarizeLevels,
  stretchLevels,
} from '../../src/stages/colour-operations.js';
import { levelRamp } from '../../src/stages/levels.js';
import { loadTestEngine } from '../engine.js';
import { imagesOf, readTorch, type TorchCase, type TorchRun } from './torch-golden.js';

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTestEngine();
});

interface Params {
  readonly factor?: number;
  readonly threshold?: number;
  readonly bits?: number;
}

type Run = TorchRun<Params>;

/** One number for each image: [N, 1, 1, 1] for images, [N, 1, 1] for tables. */
type Numbers = Tensor;

/** What an operation does to levels, given its number and what it needs to know of the images. */
interface Operation {
  readonly number: (params: Params) => number;
  readonly apply: <Levels extends Tensor>(levels: Levels, numbers: Numbers) => Levels;
}

const operations: Record<string, Operation> = {
  brightness: { number: ({ factor = NaN }) => factor, apply: brighten },
  solarize: { number: ({ threshold = NaN }) => threshold, apply: solarizeLevels },
  posterize: { number: ({ bits = NaN }) => bits, apply: posterizeLevels },
  invert: { number: () => NaN, apply: invertLevels },
};

function runsOf(name: string): readonly Run[] {
  return readTorch<TorchCase<Params>>(name).output.runs;
}

function tensorOf(run: Run): Tensor4D {
  const { shape, values } = imagesOf(run);
  return tf.tensor4d([...values], [...shape], 'float32');
}

/** How many values differ from the run's, and by how much at most. */
function compare(run: Run, compute: (levels: Tensor4D) => Tensor) {
  const output = tf.tidy(() => wholeLevels(compute(tensorOf(run))));
  expect(output.shape).toEqual(run.output.shape);
  const values = output.dataSync();
  output.dispose();
  const misses = run.output.values
    .map((value, place) => Math.abs(value - (values[place] as number)))
    .filter((difference) => difference !== 0);
  return { share: misses.length / run.output.values.length, most: Math.max(0, ...misses) };
}

const exact = { share: 0, most: 0 };

describe.each(Object.entries(operations))('%s of levels', (name, { number, apply }) => {
  test.each(runsOf(name))('agrees with torchvision on bytes: $params, images $images', (run) => {
    const count = run.output.shape[0];
    const numbersOf = (rank: number) =>
      tf.fill([count, ...new Array(rank - 1).fill(1)], number(run.params));
    expect(compare(run, (levels) => apply(levels, numbersOf(4)))).toEqual(exact);
    expect(
      compare(run, (levels) => lookUp(levels, wholeLevels(apply(levelRamp(), numbersOf(3))))),
    ).toEqual(exact);
  });
});

describe('stretchLevels', () => {
  const perChannel = (levels: Tensor4D, kind: 'min' | 'max') =>
    levels[kind]([1, 2], true).transpose([0, 3, 1, 2]).squeeze<Tensor3D>([3]);

  test.each(runsOf('autocontrast'))('is the auto-contrast of torchvision: $params', (run) => {
    expect(
      compare(run, (levels) =>
        stretchLevels(levels, { low: levels.min([1, 2], true), high: levels.max([1, 2], true) }),
      ),
    ).toEqual(exact);
    expect(
      compare(run, (levels) => {
        const [low, high] = [perChannel(levels, 'min'), perChannel(levels, 'max')];
        const table = stretchLevels(levelRamp(), { low, high });
        return lookUp(levels, wholeLevels(table));
      }),
    ).toEqual(exact);
  });
});

describe('equalizeTables', () => {
  test.each(runsOf('equalize'))('are those of torchvision: $params', (run) => {
    const equalized = (levels: Tensor4D) => {
      return lookUp(levels, equalizeTables.torchvision(countLevels(levels)));
    };
    expect(compare(run, equalized)).toEqual(exact);
  });
});

describe('blend', () => {
  /** torchvision rounds once where TensorFlow rounds twice: a whole level may come out just below, and is cut off. */
  const largestShare = 0.03;

  function expectClose(run: Run, otherOf: (grey: Tensor4D) => Tensor): void {
    const { share, most } = compare(run, (levels) =>
      blend(levels, otherOf(greyOf(levels).floor()), tf.scalar(run.params.factor ?? NaN)),
    );
    expect(most).toBeLessThanOrEqual(1);
    // One of the 45 values of the tiny image is more.
    if (run.images !== 'tiny') expect(share).toBeLessThanOrEqual(largestShare);
  }

  test.each(runsOf('color'))(
    'with whole grey is the color of torchvision: $params, images $images',
    (run) => expectClose(run, (grey) => grey),
  );

  test.each(runsOf('contrast'))(
    'with the mean grey is the contrast of torchvision: $params, images $images',
    (run) => expectClose(run, (grey) => grey.mean([1, 2, 3], true)),
  );
});
