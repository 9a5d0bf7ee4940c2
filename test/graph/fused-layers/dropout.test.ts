import { beforeAll, expect, test } from 'vitest';
import { fuseDropout } from '../../../src/graph/fused-layers/dropout.js';
import { createRandomSource } from '../../../src/graph/random.js';
import type { Tensor, TensorFlow, Variable } from '../../../src/graph/tensorflow.js';
import { loadTestEngine } from '../../engine.js';

let tf: TensorFlow;
let step: Variable;
beforeAll(async () => {
  tf = await loadTestEngine();
  step = tf.variable(tf.scalar(0, 'int32'), false);
});

const size = 20_000;

/** Applies a fused layer to ones. */
function drop(
  options: { rate: number; seed?: number; stream?: string; at?: number },
  training = true,
): Float32Array {
  const { rate, seed = 0, stream = 'dropout/1', at = 0 } = options;
  step.assign(tf.scalar(at, 'int32'));
  const layer = tf.layers.dropout({ rate });
  fuseDropout(layer, createRandomSource({ seed, stream, step }));
  return (layer.apply(tf.ones([20, size / 20]), { training }) as Tensor).dataSync() as never;
}

test.each([0.2, 0.5, 0.9])(
  'Of a rate of %d the expected share is dropped, the rest scaled',
  (rate) => {
    const output = drop({ rate });
    const kept = output.filter((value) => value !== 0);
    const scaled = Math.fround(1 / (1 - rate));
    expect(kept.every((value) => Math.abs(value - scaled) < 1e-6 * scaled)).toBe(true);
    // Five standard deviations of the binomial distribution.
    const spread = 5 * Math.sqrt(size * rate * (1 - rate));
    expect(Math.abs(kept.length - size * (1 - rate))).toBeLessThan(spread);
  },
);

test('The mask depends on seed, stream and step, and on nothing else', () => {
  const mask = drop({ rate: 0.5, at: 3 });
  expect(drop({ rate: 0.5, at: 3 })).toEqual(mask);
  expect(drop({ rate: 0.5, at: 4 })).not.toEqual(mask);
  expect(drop({ rate: 0.5, at: 3, seed: 1 })).not.toEqual(mask);
  expect(drop({ rate: 0.5, at: 3, stream: 'dropout/2' })).not.toEqual(mask);
});

test('Nothing is dropped in evaluation, or at a rate of 0', () => {
  const ones = new Float32Array(size).fill(1);
  expect(drop({ rate: 0.5 }, false)).toEqual(ones);
  expect(drop({ rate: 0 })).toEqual(ones);
});

test('Gradients pass where the mask let values pass', () => {
  const layer = tf.layers.dropout({ rate: 0.5 });
  fuseDropout(layer, createRandomSource({ seed: 0, stream: 'dropout/1', step }));
  const apply = (x: Tensor) => layer.apply(x, { training: true }) as Tensor;
  const ones = tf.ones([4, 5]);
  expect(tf.grad(apply)(ones).arraySync()).toEqual(apply(ones).arraySync());
});
