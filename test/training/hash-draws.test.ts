import { beforeAll, describe, expect, test } from 'vitest';
import { tensorflow } from '../../src/graph/tensorflow.js';
import { createPipeline } from '../../src/stages/pipeline.js';
import type { Stage } from '../../src/stages/stage.js';
import { type HashedTraining, hashFirstDraws } from '../../src/training/hash-draws.js';
import { loadTestEngine } from '../engine.js';
import { createStages, imageShape } from './small-learner.js';

beforeAll(async () => {
  await loadTestEngine();
});

const augmentation = [
  { name: 'minmax' },
  { name: 'random-flip' },
  { name: 'alternating-flip' },
  { name: 'cutout', size: 4 },
];

function hash(stages: readonly Stage[], changes: Partial<HashedTraining> = {}) {
  const pipeline = createPipeline(stages, { inputShape: imageShape, resampling: 'each' });
  const recipe = { epochs: 3, batchSize: 32 };
  return hashFirstDraws({
    pipeline,
    recipe,
    seed: 0,
    imageCount: 70,
    execution: 'graph',
    ...changes,
  });
}

describe('hashFirstDraws', () => {
  test('is the same for the same training, compiled or not, and leaves no tensor', () => {
    const stages = createStages(...augmentation);
    const first = hash(stages);
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    const before = tensorflow().memory().numTensors;
    expect(hash(stages)).toBe(first);
    expect(tensorflow().memory().numTensors).toBe(before);
    expect(hash(stages, { execution: 'eager' })).toBe(first);
  });

  test('is another for another seed', () => {
    const stages = createStages(...augmentation);
    const hashes = [0, 1, 2, 3].map((seed) => hash(stages, { seed }));
    expect(new Set(hashes).size).toBe(4);
  });

  test('finds an augmentation that the seed does not reach', () => {
    const [flip] = createStages({ name: 'random-flip' });
    const frozen: Stage = {
      ...(flip as Stage),
      draw: (_, count) => ({ flip: tensorflow().fill([count], 0.25) }),
    };
    expect(hash([frozen], { seed: 1 })).toBe(hash([frozen], { seed: 0 }));
  });

  test('holds the draws of both versions where these are compared', () => {
    const stages = createStages({ name: 'aug-mix' });
    const recipe = { epochs: 3, batchSize: 32 };
    const compared = hash(stages, { recipe: { ...recipe, jensenShannon: 12 } });
    expect(compared).not.toBe(hash(stages));
    expect(hash(stages, { recipe: { ...recipe, jensenShannon: 12 } })).toBe(compared);
    const flips = createStages({ name: 'random-flip' });
    expect(hash(flips, { recipe: { ...recipe, jensenShannon: 12 } })).toBe(hash(flips));
  });

  test('is left out where nothing is drawn', () => {
    expect(hash(createStages({ name: 'minmax' }))).toBeUndefined();
  });
});
