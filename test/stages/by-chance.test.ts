import { beforeAll, describe, expect, test } from 'vitest';
import { applyStage } from '../../src/stages/apply-stage.js';
import { loadTestEngine } from '../engine.js';
import { createListedStage, listProblems } from './listed-stage.js';
import { fromRows, toRows } from './rows.js';

beforeAll(async () => {
  await loadTestEngine();
});

const images = fromRows([[0, 1]], [[0, 1]], [[0, 1]]);

describe('A stage with a probability', () => {
  test('changes the images whose draw is below it', async () => {
    const stage = createListedStage({ name: 'invert', probability: 0.5, valueRange: [0, 1] });
    const output = await applyStage(stage, images, { chance: [0, 0.5, 0.49] });
    expect(toRows(output)).toEqual([[[1, 0]], [[0, 1]], [[1, 0]]]);
  });

  test('of 0 changes none, of 1 changes all and draws no chance', async () => {
    const none = createListedStage({ name: 'invert', probability: 0, valueRange: [0, 1] });
    const output = await applyStage(none, images, { chance: [0, 0.5, 0.99] });
    expect(toRows(output)).toEqual([[[0, 1]], [[0, 1]], [[0, 1]]]);
    const all = createListedStage({ name: 'invert', probability: 1, valueRange: [0, 1] });
    expect(all.draw).toBeUndefined();
    expect(toRows(await applyStage(all, images))).toEqual([[[1, 0]], [[1, 0]], [[1, 0]]]);
  });

  test('changes about as large a share as it says, each image for itself', async () => {
    const stage = createListedStage({ name: 'invert', probability: 0.3, valueRange: [0, 1] });
    const count = 20_000;
    const output = await applyStage(stage, {
      shape: [count, 1, 1, 1],
      values: new Float32Array(count),
    });
    const share = output.dataSync<'float32'>().reduce((sum, value) => sum + value) / count;
    // Five standard deviations of a binomial share.
    expect(Math.abs(share - 0.3)).toBeLessThan(5 * Math.sqrt((0.3 * 0.7) / count));
  });

  test('gives the values of changed and unchanged images', () => {
    const stage = createListedStage({ name: 'invert', probability: 0.5, valueRange: [0, 1] });
    expect(stage.gives([0.5, 1])).toEqual([0, 1]);
    const all = createListedStage({ name: 'invert', probability: 1, valueRange: [0, 1] });
    expect(all.gives([0.5, 1])).toEqual([0, 0.5]);
  });
});

describe('A stage that can be done to all images', () => {
  test('runs on test images and draws nothing', () => {
    const stage = createListedStage({ name: 'auto-contrast', when: 'always' });
    expect([stage.when, stage.draw]).toEqual(['always', undefined]);
  });

  test('refuses a probability then', () => {
    expect(listProblems({ name: 'equalize', when: 'always', probability: 0.5 })).toEqual([
      'must have no "probability" where "when" is "always": all images are changed',
    ]);
  });
});
