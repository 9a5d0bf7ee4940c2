import { beforeAll, describe, expect, test } from 'vitest';
import { compileProgram } from '../../src/graph/compile.js';
import { attribute, runKernel, runKernelWithOutputs } from '../../src/graph/native-backend.js';
import { createByteTable, gatherRows } from '../../src/graph/resident.js';
import type { Tensor, Tensor1D, TensorFlow } from '../../src/graph/tensorflow.js';
import { loadTestEngine } from '../engine.js';
import { traceBothWays } from './both-ways.js';

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTestEngine();
});

const scalar = (value: number) => tf.variable(tf.scalar(value), false);
const int = (value: number) => tf.scalar(value, 'int32');

describe('A compiled program does what its steps do eagerly, where', () => {
  test('several steps share variables', () => {
    const create = () => {
      const sum = scalar(1);
      const count = tf.variable(int(0), false);
      const add = (value: Tensor) => {
        sum.assign(sum.add(value));
        count.assign(count.add(int(1)));
      };
      return {
        state: { sum, count },
        steps: {
          addTwo: {
            compute() {
              add(tf.scalar(2));
              return [];
            },
          },
          addItself: {
            compute() {
              add(sum);
              return [];
            },
          },
          ask: { compute: () => [sum.mul(10), count.add(int(100))] },
        },
      };
    };
    const runs = [['ask'], ['addTwo'], ['addItself'], ['ask'], ['addTwo'], ['ask']] as const;
    expect(traceBothWays(create, runs)).toEqual({
      outputs: [[[10], [100]], [], [], [[60], [102]], [], [[80], [103]]],
      state: { sum: [8], count: [3] },
    });
  });

  test('a step takes inputs, uses one twice and another not at all', () => {
    const create = () => {
      const total = tf.variable(tf.zeros([2]), false);
      return {
        state: { total },
        steps: {
          feed: {
            inputs: [
              { shape: [2], dtype: 'float32' },
              { shape: [], dtype: 'int32' },
              { shape: [3], dtype: 'float32' },
            ] as const,
            compute(x: Tensor, factor: Tensor, _unused: Tensor) {
              total.assign(total.add(x.mul(x).mul(factor.cast('float32'))));
              return [total.sum()];
            },
          },
        },
      };
    };
    const feed = (x: number[], factor: number) =>
      ['feed', () => [tf.tensor1d(x), int(factor), tf.ones([3])]] as const;
    expect(traceBothWays(create, [feed([1, 2], 1), feed([3, 0], 10)])).toEqual({
      outputs: [[[5]], [[95]]],
      state: { total: [91, 4] },
    });
  });

  test('a variable is assigned twice in a step and read between', () => {
    const create = () => {
      const x = scalar(3);
      const between = scalar(0);
      return {
        state: { x, between },
        steps: {
          twice: {
            compute() {
              x.assign(x.add(1));
              between.assign(x.mul(100));
              x.assign(x.mul(2));
              return [x.add(0.5), between.clone()];
            },
          },
        },
      };
    };
    expect(traceBothWays(create, [['twice'], ['twice']])).toEqual({
      outputs: [
        [[8.5], [400]],
        [[18.5], [900]],
      ],
      state: { x: [18], between: [900] },
    });
  });

  test('two variables swap their values', () => {
    const create = () => {
      const [a, b] = [tf.variable(tf.tensor1d([1, 2])), tf.variable(tf.tensor1d([3, 4]))];
      return {
        state: { a, b },
        steps: {
          swap: {
            compute() {
              const before = a.clone();
              a.assign(b);
              b.assign(before);
              return [];
            },
          },
        },
      };
    };
    expect(traceBothWays(create, [['swap']]).state).toEqual({ a: [3, 4], b: [1, 2] });
    expect(traceBothWays(create, [['swap'], ['swap']]).state).toEqual({ a: [1, 2], b: [3, 4] });
  });

  test('a variable takes the value of another, and both then go their own ways', () => {
    const create = () => {
      const [a, b] = [scalar(1), scalar(5)];
      const addTo = (variable: typeof a, value: number) => ({
        compute() {
          variable.assign(variable.add(value));
          return [];
        },
      });
      const copy = {
        compute() {
          a.assign(b);
          return [];
        },
      };
      return { state: { a, b }, steps: { copy, addToA: addTo(a, 10), addToB: addTo(b, 100) } };
    };
    const runs = [['copy'], ['addToA'], ['addToB'], ['addToB']] as const;
    expect(traceBothWays(create, runs).state).toEqual({ a: [15], b: [205] });
  });

  test('two variables start from one shared tensor', () => {
    const create = () => {
      const shared = tf.tensor1d([7, 8]);
      const [a, b] = [tf.variable(shared, false), tf.variable(shared, false)];
      shared.dispose();
      const steps = {
        onlyA: {
          compute() {
            a.assign(a.add(1));
            return [b.add(0)];
          },
        },
      };
      return { state: { a, b }, steps };
    };
    expect(traceBothWays(create, [['onlyA'], ['onlyA']])).toEqual({
      outputs: [[[7, 8]], [[7, 8]]],
      state: { a: [9, 10], b: [7, 8] },
    });
  });

  test('an output is the old value of a variable, its new one, or the variable itself', () => {
    const create = () => {
      const x = scalar(2);
      const square = {
        compute() {
          const old = x.clone();
          x.assign(x.square());
          return [old, x.clone(), x];
        },
      };
      return { state: { x }, steps: { square } };
    };
    expect(traceBothWays(create, [['square'], ['square']])).toEqual({
      outputs: [
        [[2], [4], [4]],
        [[4], [16], [16]],
      ],
      state: { x: [16] },
    });
  });

  test('an output is an input, a constant, or the same as another output', () => {
    const create = () => {
      const x = scalar(2);
      const echo = {
        inputs: [{ shape: [2], dtype: 'float32' }] as const,
        compute(input: Tensor) {
          const sum = input.sum();
          return [input, sum, sum, tf.scalar(6)];
        },
      };
      return { state: { x }, steps: { echo } };
    };
    expect(traceBothWays(create, [['echo', () => [tf.tensor1d([4, 5])]]]).outputs).toEqual([
      [[4, 5], [9], [9], [6]],
    ]);
  });

  test('the state is of int32, bool and float32', () => {
    const create = () => {
      const counts = tf.variable(tf.tensor1d([1, 2, 3], 'int32'), false);
      const flags = tf.variable(tf.tensor1d([true, false, false], 'bool'), false);
      const values = tf.variable(tf.tensor1d([0.5, 1.5, 2.5]), false);
      const turn = {
        compute() {
          flags.assign(flags.logicalNot());
          counts.assign(counts.add(flags.cast('int32')));
          values.assign(values.mul(counts.cast('float32')));
          return [flags.any()];
        },
      };
      return { state: { counts, flags, values }, steps: { turn } };
    };
    expect(traceBothWays(create, [['turn'], ['turn']])).toEqual({
      outputs: [[[1]], [[1]]],
      state: { counts: [2, 3, 4], flags: [1, 0, 0], values: [1, 13.5, 40] },
    });
  });

  test('a step captures large and small tensors and a table of bytes', () => {
    const create = () => {
      const size = 3000;
      const weights = tf.range(0, size);
      const offsets = tf.tensor1d([0.25, 0.75]);
      const bytes = Uint8Array.from({ length: 200 }, (_, i) => i);
      const table = createByteTable(bytes, { rowCount: 100, rowShape: [2] });
      const at = tf.variable(int(0), false);
      const look = {
        compute() {
          const indices = at.add(int(98)).reshape([1]) as Tensor1D;
          at.assign(at.add(int(1)));
          return [weights.slice([size - 2]).add(offsets), gatherRows(table, indices, 'int32')];
        },
      };
      return { state: { at }, steps: { look } };
    };
    const ends = [2998.25, 2999.75];
    expect(traceBothWays(create, [['look'], ['look']]).outputs).toEqual([
      [ends, [196, 197]],
      [ends, [198, 199]],
    ]);
  });

  test('a step makes a large tensor from JavaScript values', () => {
    const create = () => {
      const x = scalar(1);
      const weigh = {
        compute: () => [
          tf
            .tensor1d(Array.from({ length: 2000 }, (_, i) => i))
            .sum()
            .mul(x),
        ],
      };
      return { state: { x }, steps: { weigh } };
    };
    expect(traceBothWays(create, [['weigh']]).outputs).toEqual([[[1_999_000]]]);
  });

  test('ops have several outputs, and attributes of every kind', () => {
    const create = () => {
      const x = tf.variable(tf.tensor1d([5, 9, 7, 1]), false);
      const several = {
        compute() {
          const float = attribute.type('float32');
          const best = runKernelWithOutputs(
            {
              name: 'TopKV2',
              attributes: { T: float, sorted: attribute.bool(true) },
              inputs: [x, int(2)],
            },
            2,
          );
          const pooled = runKernel({
            name: 'MaxPool',
            attributes: {
              T: float,
              ksize: attribute.ints([1, 1, 2, 1]),
              strides: attribute.ints([1, 1, 2, 1]),
              padding: attribute.text('VALID'),
            },
            inputs: [x.reshape([1, 1, 4, 1])],
          });
          const leaky = runKernel({
            name: 'LeakyRelu',
            attributes: { T: float, alpha: attribute.float(0.5) },
            inputs: [x.neg()],
          });
          const shaped = runKernel({
            name: 'EnsureShape',
            attributes: { T: float, shape: attribute.shape([4]) },
            inputs: [x],
          });
          return [...best, pooled, leaky, shaped.sum(), tf.concat([x, x.slice(3)])];
        },
      };
      return { state: { x }, steps: { several } };
    };
    expect(traceBothWays(create, [['several']]).outputs).toEqual([
      [[9, 7], [1, 2], [9, 7], [-2.5, -4.5, -3.5, -0.5], [22], [5, 9, 7, 1, 1]],
    ]);
  });

  test('a step trains a stock tfjs-layers model with a stock optimiser', () => {
    const create = () => {
      const { layers, sequential } = tf;
      const model = sequential({
        layers: [
          layers.dense({
            inputShape: [3],
            units: 4,
            activation: 'tanh',
            kernelInitializer: 'ones',
          }),
          layers.dense({ units: 1, kernelInitializer: 'ones' }),
        ],
      });
      const weights = model.weights.map((weight) => (weight as unknown as { val: never }).val);
      const x = tf.tensor2d([0.1, 0.2, 0.3, 0.4, -0.5, 0.6], [2, 3]);
      const optimizer = tf.train.sgd(0.1);
      const train = {
        compute() {
          const loss = optimizer.minimize(
            () => (model.apply(x) as Tensor).sub(1).square().mean(),
            true,
            weights,
          );
          return loss ? [loss] : [];
        },
      };
      return { state: Object.fromEntries(weights.entries()), steps: { train } };
    };
    const { outputs } = traceBothWays(create, Array(6).fill(['train']));
    const losses = outputs.map(([loss]) => loss?.[0] ?? Number.NaN);
    expect(losses.at(-1)).toBeLessThan(0.1 * (losses[0] ?? 0));
  });
});

test('steps may have any name', () => {
  const value = scalar(1);
  const create = (factor: number) => ({
    compute() {
      value.assign(value.mul(factor));
      return [];
    },
  });
  const steps = { 'two times': create(2), two_times: create(3), 'mal fünf/': create(5) };
  const program = compileProgram(steps, { state: [value] });
  for (const step of ['two times', 'two_times', 'mal fünf/'] as const) program.run(step);
  const [result] = program.read([value]);
  expect(result?.dataSync()[0]).toBe(30);
  program.dispose();
});
