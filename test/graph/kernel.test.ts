import { beforeAll, expect, test } from 'vitest';
import {
  attribute,
  elementTypeNumber,
  nativeBackend,
  runKernel,
  runKernelWithOutputs,
} from '../../src/graph/native-backend.js';
import type { TensorFlow } from '../../src/graph/tensorflow.js';
import { loadTestEngine } from '../engine.js';

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTestEngine();
});

const float = attribute.type('float32');

test('An op with one output gives a tensor of its shape and type', () => {
  const inputs = [tf.tensor2d([1, 5, 3, 4], [2, 2]), tf.scalar(1, 'int32')];
  const attributes = {
    T: float,
    Tidx: attribute.type('int32'),
    output_type: attribute.type('int32'),
  };
  const output = runKernel({ name: 'ArgMax', attributes, inputs });
  expect([output.dtype, output.shape, output.arraySync()]).toEqual(['int32', [2], [1, 1]]);
});

test('An op with several outputs gives them in its order', () => {
  const attributes = { T: float, sorted: attribute.bool(true) };
  const inputs = [tf.tensor1d([4, 9, 1]), tf.scalar(2, 'int32')];
  const outputs = runKernelWithOutputs({ name: 'TopKV2', attributes, inputs }, 2);
  expect(outputs.map((output) => output.arraySync())).toEqual([
    [9, 4],
    [1, 0],
  ]);
});

test("An op that TensorFlow refuses is an error with TensorFlow's reason", () => {
  const call = (name: string) => () =>
    runKernel({ name, attributes: { T: float }, inputs: [tf.ones([2]), tf.ones([3])] });
  expect(call('Add')).toThrow(/Incompatible shapes: \[2\] vs\. \[3\]/);
  expect(call('NoSuchOp')).toThrow(/NoSuchOp/);
});

test('Element types have the numbers of tensorflow/core/framework/types.proto', () => {
  const { binding } = nativeBackend();
  const types = ['float32', 'int32', 'bool', 'uint8'] as const;
  expect(types.map((type) => elementTypeNumber(binding, type))).toEqual([1, 3, 10, 4]);
});
