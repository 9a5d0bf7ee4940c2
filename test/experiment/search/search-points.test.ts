import { expect, test } from 'vitest';
import { listSearchPoints } from '../../../src/experiment/search/search-points.js';
import { searchSchema } from '../../../src/experiment/search/search-schema.js';

const over = {
  'training.optimizer.learningRate': { logUniform: [1e-4, 1e-2] },
  'training.batchSize': [32, 64, 128],
  'preprocessing[1].factor': { uniform: [0, 0.2] },
  'model.units': { integer: [16, 19] },
};

const pointsOf = (more: object) => listSearchPoints(searchSchema.parse({ over, ...more }));

test('A grid has every combination, the last key fastest', () => {
  const grid = listSearchPoints(
    searchSchema.parse({ over: { a: [1, 2], b: { linspace: [0, 1, 2] } } }),
  );
  expect(grid).toEqual(
    [
      [1, 0],
      [1, 1],
      [2, 0],
      [2, 1],
    ].map(([a, b]) => [
      { path: 'a', value: a },
      { path: 'b', value: b },
    ]),
  );
});

test.each([{ random: 200 }, { sobol: 200 }])('%j points lie where they may', (points) => {
  const found = pointsOf({ points });
  if ('message' in found) throw new Error(found.message);
  expect(found).toHaveLength(200);
  const column = (index: number) => found.map((point) => point[index]?.value as number);
  const rates = column(0);
  expect(Math.min(...rates)).toBeGreaterThanOrEqual(1e-4);
  expect(Math.max(...rates)).toBeLessThan(1e-2 + 1e-6);
  // Half of all ratios lie below the geometric mean.
  expect(rates.filter((rate) => rate < 1e-3).length).toBeGreaterThan(80);
  expect(rates.filter((rate) => rate < 1e-3).length).toBeLessThan(120);
  expect(new Set(column(1))).toEqual(new Set([32, 64, 128]));
  expect(new Set(column(3))).toEqual(new Set([16, 17, 18, 19]));
});

test.each(['random', 'sobol'])(
  '%s: the same seed has the same points, more keep those before',
  (kind) => {
    const [few, many] = [8, 27].map((count) => pointsOf({ points: { [kind]: count } })) as [
      unknown[],
      unknown[],
    ];
    expect(many.slice(0, 8)).toEqual(few);
    expect(pointsOf({ points: { [kind]: 8 }, seed: 1 })).not.toEqual(few);
  },
);

test.each([
  [
    { points: 'grid' },
    'search: "training.optimizer.learningRate": a grid needs values that can be listed.',
  ],
  [
    { over: { a: { uniform: [1, 0] } }, points: { random: 3 } },
    'search: "a": uniform must have two numbers, the lower one first, received [1,0].',
  ],
  [
    { over: { a: { logUniform: [0, 1] } }, points: { random: 3 } },
    'search: "a": logUniform must have two numbers, above 0, the lower one first, received [0,1].',
  ],
  [
    { over: { a: { integer: [0, 1.5] } }, points: { random: 3 } },
    'search: "a": integer must have two numbers, whole, the lower one first, received [0,1.5].',
  ],
])('%j is refused', (more, message) => {
  expect(pointsOf(more)).toMatchObject({ message });
});

test('Eleven keys are too many for Sobol, and rungs must rise to 1', () => {
  const many = Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`k${index}`, [1, 2]]));
  expect(searchSchema.safeParse({ over: many, points: { sobol: 4 } }).success).toBe(false);
  expect(searchSchema.safeParse({ over: many, points: { random: 4 } }).success).toBe(true);
  expect(searchSchema.safeParse({ over, rungs: [0.5, 0.3, 1] }).success).toBe(false);
  expect(searchSchema.safeParse({ over, rungs: [0.5] }).success).toBe(false);
});
