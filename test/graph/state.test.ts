import { beforeAll, describe, expect, test } from 'vitest';
import { compileProgram } from '../../src/graph/compile.js';
import type { Tensor, TensorFlow, Variable } from '../../src/graph/tensorflow.js';
import { loadTestEngine } from '../engine.js';
import { valuesOf } from './both-ways.js';

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTestEngine();
});

/** A program over a float32 pair and an int32 counter, and a stranger to it. */
function createCounter() {
  const pair = tf.tidy(() => tf.variable(tf.tensor1d([1, 2]), false));
  const count = tf.tidy(() => tf.variable(tf.scalar(0, 'int32'), false));
  const step = {
    inputs: [{ shape: [2], dtype: 'float32' }] as const,
    compute(x: Tensor) {
      pair.assign(pair.add(x));
      count.assign(count.add(tf.scalar(1, 'int32')));
      return [pair.sum(), pair.clone()];
    },
  };
  const program = compileProgram({ step }, { state: [pair, count] });
  const dispose = () => {
    program.dispose();
    tf.dispose([pair, count]);
  };
  return { pair, count, program, dispose };
}

type Counter = ReturnType<typeof createCounter>;

function runOnce({ program }: Counter, x: readonly number[]): void {
  const input = tf.tensor1d([...x]);
  tf.dispose([input, ...program.run('step', [input])]);
}

function read({ program }: Counter, variable: Variable): number[] {
  const [tensor] = program.read([variable]);
  const values = tensor ? valuesOf(tensor) : [];
  tensor?.dispose();
  return values;
}

describe('The state of a compiled program', () => {
  test('begins with the values of the variables, which stay as they are', () => {
    const counter = createCounter();
    expect(read(counter, counter.pair)).toEqual([1, 2]);
    runOnce(counter, [10, 20]);
    expect(read(counter, counter.pair)).toEqual([11, 22]);
    expect(valuesOf(counter.pair)).toEqual([1, 2]);
    counter.pair.assign(tf.tensor1d([0, 0]));
    expect(read(counter, counter.pair)).toEqual([11, 22]);
    counter.dispose();
  });

  test('is set by write, and the tensor stays the caller’s', () => {
    const counter = createCounter();
    const values = tf.tensor1d([5, 6]);
    counter.program.write([
      [counter.pair, values],
      [counter.count, tf.scalar(7, 'int32')],
    ]);
    runOnce(counter, [1, 1]);
    expect(read(counter, counter.pair)).toEqual([6, 7]);
    expect(read(counter, counter.count)).toEqual([8]);
    expect(valuesOf(values)).toEqual([5, 6]);
    values.dispose();
    counter.dispose();
  });

  test('is read as copies, which later runs do not change', () => {
    const counter = createCounter();
    const [before] = counter.program.read([counter.pair]);
    runOnce(counter, [100, 100]);
    expect(before && valuesOf(before)).toEqual([1, 2]);
    before?.dispose();
    counter.dispose();
  });

  test('moves from one program to another and goes on there', () => {
    const [first, second] = [createCounter(), createCounter()];
    runOnce(first, [1, 2]);
    const values = first.program.read([first.pair, first.count]) as [Tensor, Tensor];
    second.program.write([
      [second.pair, values[0]],
      [second.count, values[1]],
    ]);
    tf.dispose(values);
    for (const counter of [first, second]) runOnce(counter, [0.125, 3]);
    expect(read(second, second.pair)).toEqual(read(first, first.pair));
    expect(read(second, second.count)).toEqual([2]);
    first.dispose();
    second.dispose();
  });

  test('refuses variables that are not in it, and values that do not fit', () => {
    const counter = createCounter();
    const { program, pair } = counter;
    const stranger = tf.variable(tf.scalar(0), false, 'stranger');
    const message = 'Variable "stranger" is not in the program\'s state.';
    expect(() => program.read([stranger])).toThrow(message);
    expect(() => program.write([[stranger, tf.scalar(1)]])).toThrow(message);
    expect(() => program.write([[pair, tf.tensor1d([1, 2, 3])]])).toThrow(
      `The value for variable "${pair.name}" must be float32 [2], received float32 [3].`,
    );
    expect(() => program.write([[pair, tf.tensor1d([1, 2], 'int32')]])).toThrow(
      `The value for variable "${pair.name}" must be float32 [2], received int32 [2].`,
    );
    expect(read(counter, pair)).toEqual([1, 2]);
    stranger.dispose();
    counter.dispose();
  });

  test('is gone when the program is disposed of, once or twice', () => {
    const counter = createCounter();
    const input = tf.zeros([2]);
    counter.program.dispose();
    counter.program.dispose();
    const message = 'The program is disposed of.';
    expect(() => counter.program.run('step', [input])).toThrow(message);
    expect(() => counter.program.read([counter.pair])).toThrow(message);
    expect(valuesOf(counter.pair)).toEqual([1, 2]);
    tf.dispose([input, counter.pair, counter.count]);
  });
});

test('Captured tensors may be disposed of by their owner', () => {
  const x = tf.variable(tf.scalar(2), false);
  const large = tf.range(0, 5000);
  const small = tf.tensor1d([3, 4]);
  const compute = () => [large.slice([4998]).mul(small).mul(x)];
  const program = compileProgram({ compute: { compute } }, { state: [x] });
  tf.dispose([large, small]);
  const [output] = program.run('compute');
  expect(output && valuesOf(output)).toEqual([29988, 39992]);
  tf.dispose([output ?? [], x]);
  program.dispose();
});

/** Tensors that the addon holds, those that TensorFlow.js does not know of too. */
function countNativeTensors(): number {
  return (tf.backend() as unknown as { getNumOfTFTensors(): number }).getNumOfTFTensors();
}

test('No tensor is leaked by compiling, running, reading, writing or disposing', () => {
  const before = tf.memory().numTensors;
  const nativeBefore = countNativeTensors();
  const counter = createCounter();
  expect(tf.memory().numTensors).toBe(before + 2);
  expect(countNativeTensors()).toBe(nativeBefore + 2);
  for (let i = 0; i < 5; i++) {
    runOnce(counter, [1, 1]);
    const value = tf.tensor1d([i, i]);
    counter.program.write([[counter.pair, value]]);
    value.dispose();
    read(counter, counter.pair);
    expect(tf.memory().numTensors).toBe(before + 2);
    expect(countNativeTensors()).toBe(nativeBefore + 2);
  }
  counter.dispose();
  expect(tf.memory().numTensors).toBe(before);
  expect(countNativeTensors()).toBe(nativeBefore);
});

test('A program needs no folder for temporary files', () => {
  const { TMPDIR } = process.env;
  process.env.TMPDIR = '/no/such/folder';
  try {
    const counter = createCounter();
    runOnce(counter, [1, 1]);
    expect(read(counter, counter.pair)).toEqual([2, 3]);
    counter.dispose();
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  }
});
