import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Tensor2D, TensorFlow } from '../../src/graph/tensorflow.js';
import { computeDivergence, computeLosses, crossEntropy } from '../../src/training/loss.js';
import { loadTestEngine } from '../engine.js';

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTestEngine();
});

interface Golden {
  readonly weight: number;
  readonly logits: number[][];
  readonly labels: number[];
  readonly loss: number;
  readonly gradient: number[][];
}

const golden: Golden = JSON.parse(readFileSync('test/golden/jensen-shannon/loss.json', 'utf8'));

describe('The loss with jensenShannon', () => {
  test("is that of the paper's code, and so is its gradient", () => {
    const labels = tf.tensor1d(golden.labels, 'int32');
    const mean = (logits: Tensor2D) =>
      computeLosses(logits, labels, { labelSmoothing: 0, jensenShannon: golden.weight })
        .losses.mean()
        .asScalar();
    const { value, grad } = tf.valueAndGrad((logits) => mean(logits as Tensor2D))(
      tf.tensor2d(golden.logits),
    );
    expect(value.dataSync()[0]).toBeCloseTo(golden.loss, 4);
    const gradient = grad.arraySync() as number[][];
    golden.gradient.flat().forEach((wanted, place) => {
      expect(gradient.flat()[place], `logit ${place}`).toBeCloseTo(wanted, 5);
    });
  });

  test('is the cross-entropy of the images as they are where their versions get the same answer', () => {
    const own = tf.tensor2d([
      [1, 3, -2],
      [0, 0.5, 4],
    ]);
    const labels = tf.tensor1d([1, 0], 'int32');
    const recipe = { labelSmoothing: 0.1, jensenShannon: 12 };
    const { losses, logits } = computeLosses(tf.concat([own, own, own]), labels, recipe);
    const plain = crossEntropy(own, labels, 0.1).arraySync();
    losses.arraySync().forEach((loss, image) => {
      expect(loss).toBeCloseTo(plain[image] as number, 5);
    });
    expect(logits.arraySync()).toEqual(own.arraySync());
  });

  test('has a gradient also where answers are so sure that shares are 0', () => {
    const logits = tf.tensor2d([
      [200, 0],
      [0, 200],
      [200, 0],
    ]);
    const gradient = tf.grad((given) => computeDivergence(given as Tensor2D).sum())(logits);
    expect(Array.from(gradient.dataSync()).every(Number.isFinite)).toBe(true);
  });

  test('is at most ln 3 from three sure answers that contradict each other', () => {
    const sure = tf.eye(3).mul(50) as Tensor2D;
    expect(computeDivergence(sure).arraySync()).toEqual([expect.closeTo(Math.log(3), 5)]);
  });
});
