import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { applyStage } from '../../src/stages/apply-stage.js';
import { loadTestEngine } from '../engine.js';
import { createListedStage, listProblems } from './listed-stage.js';
import { fromRows, toRows } from './rows.js';

beforeAll(async () => {
  await loadTestEngine();
});

test('minmax divides by 255 unless told otherwise', async () => {
  const output = await applyStage(createListedStage({ name: 'minmax' }), fromRows([[0, 51, 255]]));
  expect(toRows(output)).toEqual([[[0, 0.2, 1]]]);
});

test('minmax reaches any range from any range', async () => {
  const stage = createListedStage({ name: 'minmax', range: [-1, 3], inputRange: [10, 20] });
  const output = await applyStage(stage, fromRows([[10, 15, 20, 25]]));
  expect(toRows(output)).toEqual([[[-1, 1, 3, 5]]]);
  expect(stage.expects).toEqual([10, 20]);
  expect(stage.gives([10, 15])).toEqual([-1, 1]);
});

test('minmax to its own input range is the identity', async () => {
  const stage = createListedStage({ name: 'minmax', range: [0, 255] });
  expect(toRows(await applyStage(stage, fromRows([[0, 7, 255]])))).toEqual([[[0, 7, 255]]]);
});

test('minmax there and back gives the first values', async () => {
  const ends = fc
    .tuple(fc.integer({ min: -300, max: 300 }), fc.integer({ min: 1, max: 300 }))
    .map(([low, width]) => [low, low + width]);
  const property = fc.asyncProperty(ends, ends, async (inputRange, range) => {
    const there = createListedStage({ name: 'minmax', inputRange, range });
    const back = createListedStage({ name: 'minmax', inputRange: range, range: inputRange });
    const middle = await applyStage(there, fromRows([inputRange]));
    const [[ends = []] = []] = toRows(await applyStage(back, middle));
    ends.forEach((end, i) => {
      expect(end).toBeCloseTo(inputRange[i] as number, 1);
    });
  });
  await fc.assert(property, { numRuns: 50 });
});

test.each([[[1, 1]], [[2, 1]]])('minmax refuses the range %j', (range) => {
  expect(listProblems({ name: 'minmax', range })).toEqual([
    'must be [low, high] with low below high',
  ]);
});
