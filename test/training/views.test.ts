import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { readCifar10 } from '../../src/cifar10/dataset.js';
import { serializeRecords } from '../../src/cifar10/records.js';
import {
  type Tensor,
  type Tensor2D,
  type Tensor4D,
  tensorflow,
} from '../../src/graph/tensorflow.js';
import { averageViews, resolveViews, showViews } from '../../src/training/views.js';
import { cachedData } from '../cifar10/cached-data.js';
import { loadTestEngine } from '../engine.js';
import { mulberry32 } from '../mulberry32.js';
import { fromRows, toRows } from '../stages/rows.js';
import { readTorch } from '../stages/torch-golden.js';
import { createSmallLearner, makeImages } from './small-learner.js';

beforeAll(async () => {
  await loadTestEngine();
});

interface Golden {
  readonly params: {
    readonly widths: readonly number[];
    readonly init_seed: number;
    readonly normalisation: { readonly mean: number[]; readonly std: number[] };
  };
  readonly input: {
    readonly first_record: number;
    readonly records: number;
    readonly sha256_of_records: string;
  };
  readonly output: {
    readonly logits_per_view: { readonly values: readonly number[] };
    readonly weighted: { readonly values: readonly number[] };
    readonly mirror_only: { readonly values: readonly number[] };
    readonly running: Readonly<Record<string, readonly number[]>>;
  };
  readonly tolerance: { readonly abs: number };
}

function uniform(seed: number, size: number, limit: number): Float32Array {
  const next = mulberry32(seed);
  return Float32Array.from({ length: size }, () => -limit + 2 * limit * next());
}

/** The golden case's network, from plain ops. Source: params of tta.json. */
function createGoldenNetwork({ params, output }: Golden): (images: Tensor4D) => Tensor2D {
  const tf = tensorflow();
  const { init_seed: seed, widths } = params;
  const [first = 0, second = 0, third = 0] = widths;
  const convolutions = [
    [first, 24],
    [first, first],
    [second, first],
    [second, second],
    [third, second],
    [third, third],
  ].map(([outputs = 0, inputs = 0], index) => {
    const kernel = uniform(seed + 1000 * index, outputs * inputs * 9, 1 / Math.sqrt(9 * inputs));
    for (let filter = 0; filter < Math.min(inputs, outputs); filter++) {
      kernel.fill(0, filter * inputs * 9, (filter + 1) * inputs * 9);
      kernel[(filter * inputs + filter) * 9 + 4] = 1;
    }
    return tf.tensor4d(kernel, [outputs, inputs, 3, 3]).transpose<Tensor4D>([2, 3, 1, 0]);
  });
  const { filters_OIHW_descending: filters } = readTorch<{
    output: {
      filters_OIHW_descending: { shape: [number, number, number, number]; values: number[] };
    };
  }>('whitening_filters').output;
  const whitening = tf.tensor4d(filters.values, filters.shape).transpose<Tensor4D>([2, 3, 1, 0]);
  const head = tf.tensor2d(uniform(seed + 6000, 10 * third, 1 / Math.sqrt(third)), [10, third]);
  const gelu = (x: Tensor4D) => x.mul(0.5).mul<Tensor4D>(x.div(Math.SQRT2).erf().add(1));
  const normalise = (x: Tensor4D, name: string) => {
    const [mean, variance] = ['mean', 'var'].map((part) =>
      tf.tensor1d([...(output.running[`${name}.running_${part}`] ?? [])]),
    ) as [Tensor, Tensor];
    return x.sub(mean).div<Tensor4D>(variance.add(1e-12).sqrt());
  };
  return (images) => {
    let x = gelu(images.conv2d(whitening, 1, 'valid'));
    for (const group of [0, 1, 2]) {
      const [one, two] = convolutions.slice(2 * group) as [Tensor4D, Tensor4D];
      x = x.conv2d(one, 1, 'same').maxPool(2, 2, 'valid');
      x = gelu(normalise(x, `groups.${group}.norm1`)).conv2d(two, 1, 'same');
      x = gelu(normalise(x, `groups.${group}.norm2`));
    }
    const features = x.maxPool(3, 3, 'valid').reshape([-1, third]) as Tensor2D;
    return features.matMul(head, false, true).div<Tensor2D>(9);
  };
}

async function readGoldenImages({ input, params }: Golden): Promise<Tensor4D> {
  const tf = tensorflow();
  const { train } = await readCifar10(await cachedData());
  const { first_record: start, records: count } = input;
  const images = train.images.slice(start * 3072, (start + count) * 3072);
  const labels = train.labels.slice(start, start + count);
  const bytes = serializeRecords({ count, images, labels });
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(input.sha256_of_records);
  const { mean, std } = params.normalisation;
  return tf
    .tensor4d(Float32Array.from(images), [count, 32, 32, 3])
    .div(255)
    .sub(tf.tensor1d(mean))
    .div(tf.tensor1d(std));
}

function worstDifference(received: Tensor, expected: readonly number[]): number {
  const values = received.dataSync();
  expect(values).toHaveLength(expected.length);
  return Math.max(...expected.map((value, i) => Math.abs(value - (values[i] ?? Number.NaN))));
}

describe('The views of cifar10-airbench', () => {
  const golden = readTorch<Golden>('tta');

  test('give the reference’s logits view by view, and on average', async () => {
    const images = await readGoldenImages(golden);
    const network = createGoldenNetwork(golden);
    const views = resolveViews('mirror-translate') ?? [];
    expect(views.map(({ weight }) => weight)).toEqual([0.25, 0.25, 0.125, 0.125, 0.125, 0.125]);
    const logits = network(showViews(images, views));
    const { logits_per_view, weighted, mirror_only } = golden.output;
    expect(worstDifference(logits, logits_per_view.values)).toBeLessThanOrEqual(
      golden.tolerance.abs,
    );
    const averaged = averageViews(logits, views);
    expect(worstDifference(averaged, weighted.values)).toBeLessThanOrEqual(golden.tolerance.abs);
    const mirror = resolveViews('mirror') ?? [];
    const both = averageViews(network(showViews(images, mirror)), mirror);
    expect(worstDifference(both, mirror_only.values)).toBeLessThanOrEqual(golden.tolerance.abs);
  });
});

describe('showViews', () => {
  const image = [
    [1, 2, 3],
    [4, 5, 6],
  ];
  const show = (mirror: boolean, translate: [number, number]) =>
    toRows(showViews(tensorflow().tensor4d(fromRows(image)), [{ mirror, translate, weight: 1 }]));

  test('moves down and right by positive numbers, and reflects without the edge', () => {
    expect(show(false, [0, 1])).toEqual([
      [
        [2, 1, 2],
        [5, 4, 5],
      ],
    ]);
    expect(show(false, [1, 0])).toEqual([
      [
        [4, 5, 6],
        [1, 2, 3],
      ],
    ]);
    expect(show(false, [-1, -2])).toEqual([
      [
        [6, 5, 4],
        [3, 2, 1],
      ],
    ]);
  });

  test('mirrors what it has moved', () => {
    expect(show(true, [0, 0])).toEqual([
      [
        [3, 2, 1],
        [6, 5, 4],
      ],
    ]);
    expect(show(true, [0, 1])).toEqual([
      [
        [2, 1, 2],
        [5, 4, 5],
      ].map((row) => row.toReversed()),
    ]);
  });
});

test('Weights are shares of their sum', () => {
  const plain = { mirror: false, translate: [0, 0] as [number, number] };
  const views = resolveViews([
    { ...plain, weight: 3 },
    { ...plain, weight: 1 },
  ]);
  expect(views?.map(({ weight }) => weight)).toEqual([0.75, 0.25]);
  expect(resolveViews('none')).toBeUndefined();
  expect(resolveViews(undefined)).toBeUndefined();
});

describe.each(['graph', 'eager'] as const)('In %s execution', (execution) => {
  test('test images are judged by the average of their views as well, whatever the batch', () => {
    const tf = tensorflow();
    // Several batches: of six views, 84 images go into one.
    const test = makeImages(200, 11);
    const learner = createSmallLearner({
      execution,
      evaluated: { test, validation: makeImages(8) },
      recipe: { testViews: 'mirror-translate' },
    });
    const { evaluations, network, program } = learner;
    expect(Object.keys(evaluations)).toEqual(['test', 'testViews', 'validation']);
    const judged = evaluations.testViews?.run(program);
    const plain = evaluations.test?.run(program);
    const views = resolveViews('mirror-translate') ?? [];
    tf.tidy(() => {
      const images = network.preprocess(
        tf.tensor4d(Float32Array.from(test.images), [200, 8, 8, 3]),
      );
      // One network after the other, image by image: another way to the same average.
      const logits = views.map((view) =>
        network.logits(showViews(images, [view]), 'evaluation').mul(view.weight),
      );
      const predicted = tf.addN(logits).argMax(1).dataSync();
      expect(Array.from(judged?.predicted ?? [])).toEqual(Array.from(predicted));
      const alone = network.logits(images, 'evaluation').argMax(1).dataSync();
      expect(Array.from(plain?.predicted ?? [])).toEqual(Array.from(alone));
    });
    expect(judged?.loss).not.toBe(plain?.loss);
    learner.dispose();
  });
});

test('Without views nothing is judged twice', () => {
  const learner = createSmallLearner({ recipe: { testViews: 'none' } });
  expect(Object.keys(learner.evaluations)).toEqual(['test']);
  learner.dispose();
});
