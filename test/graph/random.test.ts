import { beforeAll, describe, expect, test } from 'vitest';
import { createRandomSource, streamKey } from '../../src/graph/random.js';
import type { TensorFlow } from '../../src/graph/tensorflow.js';
import { loadTestEngine } from '../engine.js';

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTestEngine();
});

const count = 40_000;

function createSource({ seed = 0, stream = 'test', step = 0 } = {}) {
  return createRandomSource({ seed, stream, step: tf.scalar(step, 'int32') });
}

function uniform(options?: Parameters<typeof createSource>[0], name = 'a'): Float32Array {
  const drawn = createSource(options).uniform(name, { shape: [count], low: 0, high: 1 });
  return drawn.dataSync() as Float32Array;
}

describe('Random tensors', () => {
  test('are the same for the same seed, stream, name and step', () => {
    const options = { seed: 5, stream: 's', step: 7 };
    expect(uniform(options)).toEqual(uniform(options));
  });

  test.each([
    ['seed', { seed: 1 }, 'a'],
    ['stream', { stream: 'other' }, 'a'],
    ['step', { step: 1 }, 'a'],
    ['name', {}, 'b'],
  ])('have nothing in common for another %s', (_, options, name) => {
    const [first, second] = [uniform(), uniform(options, name)];
    const product = first.reduce((sum, x, i) => sum + (x - 0.5) * ((second[i] ?? 0) - 0.5), 0);
    // The correlation of independent numbers has a standard deviation of 1 / sqrt(count).
    expect(Math.abs((product / count) * 12)).toBeLessThan(5 / Math.sqrt(count));
  });

  test('do not repeat for seeds and steps that look alike', () => {
    const firsts = [0, 1, 2, 3].flatMap((seed) =>
      [0, 1, 2, 3].map((step) => uniform({ seed, step })[0]),
    );
    expect(new Set(firsts).size).toBe(16);
  });
});

/** The same hash in plain JavaScript. Source: "lowbias32" of Chris Wellons' hash-prospector. */
function lowbias32(number: number): number {
  let x = number >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d) >>> 0;
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b) >>> 0;
  return (x ^ (x >>> 16)) >>> 0;
}

function byIndex(indices: readonly number[], { epoch, seed = 0, name = 'a' }: ByIndex = {}) {
  const drawn = createSource({ seed, step: epoch ?? 0 }).uniformByIndex(name, {
    indices: tf.tensor1d([...indices], 'int32'),
    ...(epoch !== undefined && { epoch: tf.scalar(epoch, 'int32') }),
    low: 0,
    high: 1,
  });
  return drawn.dataSync<'float32'>();
}

interface ByIndex {
  readonly epoch?: number;
  readonly seed?: number;
  readonly name?: string;
}

describe('uniformByIndex', () => {
  const all = Array.from({ length: count }, (_, index) => index);

  test('gives an index the same number at any place and in any step', () => {
    const numbers = byIndex(all);
    expect([...byIndex([39_999, 7, 7])]).toEqual([numbers[39_999], numbers[7], numbers[7]]);
    const later = createSource({ step: 9 }).uniformByIndex('a', {
      indices: tf.tensor1d([7], 'int32'),
      ...{ low: 0, high: 1 },
    });
    expect(later.dataSync()[0]).toBe(numbers[7]);
  });

  test('follows its formula', () => {
    const key = (part: string) => streamKey(`3/test/b/${part}`);
    const unit = (index: number, within: number) =>
      (lowbias32(lowbias32(index + key('index')) + within) >>> 8) / 2 ** 24;
    const indices = [0, 1, 49_999, 2 ** 31 - 1];
    expect([...byIndex(indices, { seed: 3, name: 'b' })]).toEqual(
      indices.map((index) => unit(index, key('epoch'))),
    );
    expect([...byIndex(indices, { seed: 3, name: 'b', epoch: 12 })]).toEqual(
      indices.map((index) => unit(index, lowbias32(12 + key('epoch')))),
    );
  });

  test.each([
    ['no epoch', {}],
    ['an epoch', { epoch: 4 }],
  ])('fills its range evenly with %s', (_, options) => {
    const numbers = byIndex(all, options);
    expect(Math.max(...numbers)).toBeLessThan(1);
    expect(chiSquareOf(numbers)).toBeLessThan(50.8);
    // Neighbours together fill a square evenly.
    const pairs = numbers.map((x, i) => (Math.floor(x * 4) + (numbers[i + 1] ?? 0)) / 4);
    expect(chiSquareOf(pairs)).toBeLessThan(50.8);
  });

  test.each([
    ['seed', { seed: 1, epoch: 0 }],
    ['name', { name: 'b', epoch: 0 }],
    ['epoch', { epoch: 1 }],
  ])('has nothing in common for another %s', (_, options) => {
    const [first, second] = [byIndex(all, { epoch: 0 }), byIndex(all, options)];
    const product = first.reduce((sum, x, i) => sum + (x - 0.5) * ((second[i] ?? 0) - 0.5), 0);
    expect(Math.abs((product / count) * 12)).toBeLessThan(5 / Math.sqrt(count));
  });

  test('keeps to its bounds', () => {
    const drawn = createSource().uniformByIndex('a', {
      indices: tf.range(0, count, 1, 'int32'),
      ...{ low: -2, high: 5 },
    });
    const numbers = drawn.dataSync<'float32'>();
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(-2);
    expect(Math.min(...numbers)).toBeLessThan(-1.99);
    expect(Math.max(...numbers)).toBeLessThan(5);
    expect(Math.max(...numbers)).toBeGreaterThan(4.99);
  });
});

/** Of 20 bins of [0, 1): the 99.99 % point with 19 degrees of freedom is 50.8. */
function chiSquareOf(numbers: Float32Array): number {
  const bins = new Array<number>(20).fill(0);
  for (const value of numbers) {
    const bin = Math.floor(value * 20);
    bins[bin] = (bins[bin] ?? Number.NaN) + 1;
  }
  const expected = numbers.length / 20;
  return bins.reduce((sum, bin) => sum + (bin - expected) ** 2 / expected, 0);
}

describe('uniform', () => {
  test('fills its range evenly', () => {
    expect(chiSquareOf(uniform())).toBeLessThan(50.8);
  });

  test('keeps to the shape and the bounds that it is given', () => {
    const drawn = createSource().uniform('a', { shape: [100, 50, 2], low: -3, high: 5 });
    expect(drawn.shape).toEqual([100, 50, 2]);
    const values = drawn.dataSync();
    const [low, high] = [Math.min(...values), Math.max(...values)];
    expect(low).toBeGreaterThanOrEqual(-3);
    expect(low).toBeLessThan(-2.98);
    expect(high).toBeLessThanOrEqual(5);
    expect(high).toBeGreaterThan(4.98);
  });
});

describe('normal', () => {
  const draw = (truncated: boolean) =>
    createSource()
      .normal('a', { shape: [count], truncated })
      .dataSync();
  const moment = (values: ArrayLike<number>, power: number) =>
    Array.from(values).reduce((sum, value) => sum + value ** power, 0) / count;

  test('has the moments of the standard normal distribution', () => {
    const values = draw(false);
    expect(Math.abs(moment(values, 1))).toBeLessThan(5 / Math.sqrt(count));
    expect(Math.abs(moment(values, 2) - 1)).toBeLessThan(5 * Math.sqrt(2 / count));
    expect(Math.abs(moment(values, 4) - 3)).toBeLessThan(5 * Math.sqrt(96 / count));
    expect(values.some((value) => Math.abs(value) > 2)).toBe(true);
  });

  test('ends at two deviations if it is truncated', () => {
    const values = draw(true);
    expect(values.every((value) => Math.abs(value) <= 2)).toBe(true);
    // The deviation of a normal distribution cut at two deviations: Keras' VarianceScaling divides by it.
    expect(Math.sqrt(moment(values, 2))).toBeCloseTo(0.8796, 2);
  });
});

test('No tensor is leaked by a draw', () => {
  const source = createSource();
  const before = tf.memory().numTensors;
  source.uniform('a', { shape: [4], low: 0, high: 2 }).dispose();
  source.normal('a', { shape: [4], truncated: true }).dispose();
  expect(tf.memory().numTensors).toBe(before);
});

test('A stream’s key is a part of SHA-256, read as int32', () => {
  // printf 'abc' | sha256sum begins with ba7816bf.
  expect(streamKey('abc')).toBe(0xbf1678ba | 0);
});
