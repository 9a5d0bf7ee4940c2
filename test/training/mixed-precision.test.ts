import { beforeAll, expect, test } from 'vitest';
import type { Precision } from '../../src/graph/precision.js';
import { tensorflow } from '../../src/graph/tensorflow.js';
import { shuffledOrder } from '../../src/training/data-order.js';
import { loadTestEngine } from '../engine.js';
import { roundToBfloat16 } from '../graph/bfloat16.js';
import { createRichLearner, imageCount } from './rich-learner.js';
import { createSmallLearner, makeImages, readWeights, runEpochs } from './small-learner.js';

beforeAll(async () => {
  await loadTestEngine();
});

const orders = [0, 1, 2].map((epoch) => shuffledOrder(imageCount, { seed: 0, epoch }));

function trainRich(precision: Precision) {
  const learner = createRichLearner('graph', { precision });
  const first = readWeights(learner);
  const losses = runEpochs(learner, orders);
  return { learner, first, losses, last: readWeights(learner) };
}

test('Losses are near those of float32, and not the same', () => {
  const [exact, mixed] = (['float32', 'mixed-bfloat16'] as const).map(trainRich);
  exact?.losses.forEach((loss, step) => {
    const distance = Math.abs((mixed?.losses[step] ?? Number.NaN) / loss - 1);
    expect(distance).toBeGreaterThan(0);
    expect(distance).toBeLessThan(0.05);
  });
  exact?.learner.dispose();
  mixed?.learner.dispose();
});

test('Weights, moving averages and losses keep the digits of float32', () => {
  const { learner, losses, last } = trainRich('mixed-bfloat16');
  const values = [...last, losses];
  learner.dispose();
  for (const some of values) expect(some).not.toEqual(some.map(roundToBfloat16));
});

test('All state is float32 or whole numbers, as without', () => {
  const [exact, mixed] = (['float32', 'mixed-bfloat16'] as const).map((precision) => {
    const learner = createRichLearner('graph', { precision });
    const read = learner.program.read([...learner.state.values()]);
    const types = read.map(({ dtype, shape }) => ({ dtype, shape }));
    tensorflow().dispose(read);
    learner.dispose();
    return types;
  });
  expect(mixed).toEqual(exact);
});

test('Evaluation rounds too; its probabilities are float32', () => {
  const images = makeImages(40, 70);
  const [exact, mixed] = (['float32', 'mixed-bfloat16'] as const).map((precision) => {
    const learner = createSmallLearner({ recipe: { precision }, evaluated: { some: images } });
    const result = learner.evaluations.some?.run(learner.program);
    learner.dispose();
    return result ?? ({} as never);
  });
  expect(mixed?.loss).not.toBe(exact?.loss);
  expect(Math.abs((mixed?.loss ?? 0) / (exact?.loss ?? 1) - 1)).toBeLessThan(5e-3);
  const confidence = Array.from(mixed?.confidence ?? []);
  expect(confidence).not.toEqual(confidence.map(roundToBfloat16));
});

test('Op by op there is no mixed precision', () => {
  expect(() => createRichLearner('eager', { precision: 'mixed-bfloat16' })).toThrow(
    'Op by op a network cannot compute in mixed-bfloat16.',
  );
});
