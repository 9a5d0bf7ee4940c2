import { beforeAll, describe, expect, test } from 'vitest';
import { compileProgram } from '../../src/graph/compile.js';
import { createEagerProgram } from '../../src/graph/eager.js';
import { toNodeAttribute } from '../../src/graph/graph.js';
import { nativeBackend } from '../../src/graph/native-backend.js';
import type { Step } from '../../src/graph/program.js';
import type { Tensor, TensorFlow, Variable } from '../../src/graph/tensorflow.js';
import { loadTestEngine } from '../engine.js';

let tf: TensorFlow;
let x: Variable;
beforeAll(async () => {
  tf = await loadTestEngine();
  x = tf.variable(tf.tensor1d([1, 2, 3]), false, 'x');
});

const compile = (compute: Step['compute'], inputs: Step['inputs'] = []) =>
  compileProgram({ look: { compute, inputs } }, { state: [x] });

describe('A step cannot become a graph if it reads', () => {
  const advice = 'return the tensor from the step and read it after the run.';
  const message = (tensor: string) =>
    `Step "look" reads the values of ${tensor} (dataSync, data, array, print or bool), so it cannot become a graph: ${advice}`;

  test.each([
    ['dataSync', () => x.sum().dataSync()],
    ['arraySync', () => x.sum().arraySync()],
    ['print', () => x.sum().print()],
  ])('a tensor by %s', (_, read) => {
    const compute = () => {
      read();
      return [];
    };
    expect(() => compile(compute)).toThrow(message('what Sum gave'));
  });

  test('a variable, or an input', () => {
    const ofVariable = () => [tf.scalar(x.dataSync().length)];
    expect(() => compile(ofVariable)).toThrow(message('a tensor'));
    const ofInput = (input: Tensor) => [tf.scalar(Number(input.dataSync()[0]))];
    const inputs = [{ shape: [2], dtype: 'float32' }] as const;
    expect(() => compile(ofInput, inputs)).toThrow(message('a tensor'));
  });

  test('a tensor and waits for it', () => {
    const compute = async () => [tf.scalar((await x.sum().data())[0] ?? 0)];
    expect(() => compile(compute as unknown as Step['compute'])).toThrow(message('what Sum gave'));
  });

  test('a tensor and swallows the error', () => {
    const compute = () => {
      try {
        return [x.mul(x.sum().dataSync()[0] ?? 0)];
      } catch {
        return [x.mul(0)];
      }
    };
    expect(() => compile(compute)).toThrow(message('what Sum gave'));
  });
});

describe('A step cannot become a graph if it', () => {
  test('is asynchronous', () => {
    const compute = (async () => []) as unknown as Step['compute'];
    expect(() => compile(compute)).toThrow(
      'Step "look" is asynchronous, so it cannot become a graph: return an array of tensors, not a promise.',
    );
  });

  test('runs a graph', () => {
    const inner = compile(() => [x.mul(2)]);
    expect(() => compile(() => inner.run('look'))).toThrow(
      'Step "look" runs another graph, so it cannot become a graph: run the two one after the other.',
    );
    inner.dispose();
  });

  test.each([
    ['draws random numbers in JavaScript', () => [x.mul(tf.randomUniform([3]))], 'Mul (op 0)'],
    ['counts in JavaScript', () => [x.add(tf.scalar(count++))], 'Add (op 0)'],
    ['returns what JavaScript drew', () => [tf.randomNormal([2])], 'output 0'],
  ])('%s', (_, compute, use) => {
    expect(() => compile(compute)).toThrow(
      `Step "look" gives ${use} other constants each time (made in JavaScript: random numbers, a counter), so it cannot become a graph: keep what changes in variables or inputs, and draw random numbers with createRandomSource.`,
    );
  });

  test('runs other ops each time, or on other shapes', () => {
    expect(() => compile(() => [count++ % 2 ? x.sum() : x.max()])).toThrow(
      /^Step "look" runs (Sum as op 0 once and Max|Max as op 0 once and Sum) then, so/,
    );
    const grow = () => {
      count++;
      return [tf.ones([count]).sum()];
    };
    expect(() => compile(grow)).toThrow(
      'Step "look" gives Sum (op 0) a constant of another shape each time, so',
    );
    expect(() => compile(() => (count++ % 2 ? [x.sum()] : [x.sum().add(1)]))).toThrow(
      /^Step "look" runs/,
    );
  });

  test('uses, assigns or makes a variable that is not in the state', () => {
    const other: Variable = tf.variable(tf.tensor1d([5, 5, 5]), false, 'other');
    expect(() => compile(() => [tf.add(x, other)])).toThrow(
      'Step "look" uses the variable "other", which is not in its state, so it cannot become a graph: add it there.',
    );
    const assign = () => {
      other.assign(x.clone());
      return [];
    };
    expect(() => compile(assign)).toThrow(
      'Step "look" assigns the variable "other", which is not in its state, so it cannot become a graph: add it there.',
    );
    const made: Variable[] = [];
    const make = () => {
      made.push(tf.variable(x.clone(), false, 'new'));
      return [];
    };
    expect(() => compile(make)).toThrow(
      'Step "look" makes the variable "new", which is not in its state, so it cannot become a graph: make it before and add it there.',
    );
    tf.dispose([other, ...made]);
  });

  test('has an op with a function as attribute', () => {
    const { binding } = nativeBackend();
    // TF_ATTR_FUNC of tensorflow/c/tf_attrtype.h; the addon has no name for it.
    const body = { name: 'body', type: 8 };
    expect(() => toNodeAttribute(binding, 'While', { ...body, value: 'f' })).toThrow(
      'Op While has the attribute "body" of a kind that a step\'s graph cannot hold (a function, for instance): leave the op out of the step.',
    );
  });

  let count = 0;
});

test('A refused step leaves the variables, the engine and the count of tensors as they were', () => {
  const before = tf.memory().numTensors;
  const spoil = () => {
    x.assign(x.mul(100));
    return [tf.scalar(x.dataSync().length)];
  };
  expect(() => compile(spoil)).toThrow('reads the values');
  expect(() =>
    compile(() => {
      throw new Error('A mistake in the step.');
    }),
  ).toThrow('A mistake in the step.');
  expect(tf.memory().numTensors).toBe(before);
  expect(Array.from(x.dataSync())).toEqual([1, 2, 3]);
});

describe.each(['graph', 'eager'] as const)('In %s execution a run is refused that', (execution) => {
  const create = () => {
    const inputs = [
      { shape: [2, 2], dtype: 'float32' },
      { shape: [], dtype: 'int32' },
    ] as const;
    const compute = (a: Tensor, b: Tensor) => [a.mul(b.cast('float32'))];
    const steps = { scale: { compute, inputs }, ask: { compute: () => [x.sum()] } };
    return execution === 'graph'
      ? compileProgram(steps, { state: [x] })
      : createEagerProgram(steps);
  };

  test.each([
    [
      'has an input of another shape',
      () => [tf.ones([3, 2]), tf.scalar(1, 'int32')],
      'Input 0 of step "scale" must be float32 [2, 2], received float32 [3, 2].',
    ],
    [
      'has an input of another type',
      () => [tf.ones([2, 2]), tf.scalar(1)],
      'Input 1 of step "scale" must be int32 [], received float32 [].',
    ],
    ['has too few inputs', () => [tf.ones([2, 2])], 'Step "scale" takes 2 inputs, received 1.'],
  ])('%s', (_, inputs, message) => {
    const program = create();
    const given = inputs();
    expect(() => program.run('scale', given)).toThrow(message);
    tf.dispose(given);
    program.dispose();
  });

  test('has inputs where there are none, or asks for an unknown step', () => {
    const program = create();
    expect(() => program.run('ask', [x as Tensor])).toThrow(
      'Step "ask" takes 0 inputs, received 1.',
    );
    expect(() => program.run('aks' as 'ask')).toThrow('The program has no step "aks".');
    program.dispose();
  });
});
