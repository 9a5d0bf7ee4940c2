import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  listSteps,
  rankFinalists,
  type SearchRules,
} from '../../../src/analysis/search/search-steps.js';

/** Validation accuracies of 27 configurations after each of 9 epochs: test/golden/search/README.md. */
const grids: Readonly<Record<string, readonly (readonly number[])[]>> = JSON.parse(
  readFileSync(new URL('../../golden/search/curves.json', import.meta.url), 'utf8'),
);
const rules: SearchRules = { rungs: [1 / 9, 1 / 3, 1], keep: 1 / 3 };
const rungEpochs = [1, 3, 9];

/** Searches a grid with one worker by what its configurations came to when they were trained. */
function replay(curves: readonly (readonly number[])[]) {
  const scores: number[][] = curves.map(() => []);
  const trained = curves.map(() => 0);
  for (let [step] = listSteps(scores, rules); step; [step] = listSteps(scores, rules)) {
    const epochs = rungEpochs[step.rung] ?? 0;
    scores[step.configuration]?.push(curves[step.configuration]?.[epochs - 1] ?? 0);
    trained[step.configuration] = epochs;
  }
  const [winner = -1] = rankFinalists(scores, rules) ?? [];
  const final = curves.map((curve) => curve.at(-1) ?? 0);
  const best = final.toSorted((a, b) => b - a);
  const own = final[winner] ?? 0;
  return { trained, place: best.indexOf(own) + 1, behind: (best[0] ?? 0) - own };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** Steps of an epoch of 3,000 images, by the place in the grid: its second axis is the batch size. */
const stepsOf = (index: number) =>
  Math.ceil(3000 / ([32, 64, 128][Math.floor(index / 3) % 3] ?? 1));

test('In a grid over the batch size the search finds the best in 26 % of the epochs; small batches make that 34 % of the steps', () => {
  const { trained, place } = replay(grids['batch-size'] ?? []);
  expect(place).toBe(1);
  expect(sum(trained) / (27 * 9)).toBeCloseTo(7 / 27, 10);
  const steps = sum(trained.map((epochs, index) => epochs * stepsOf(index)));
  const all = sum(trained.map((_, index) => 9 * stepsOf(index)));
  expect(steps / all).toBeCloseTo(0.3398, 3);
});

test('In a grid over label smoothing it takes 26 % of the steps, and ends at the fourth, a point behind the best', () => {
  const { trained, place, behind } = replay(grids['label-smoothing'] ?? []);
  expect(sum(trained) / (27 * 9)).toBeCloseTo(7 / 27, 10);
  expect(place).toBe(4);
  expect(behind).toBeCloseTo(0.0093, 4);
});

test('In a grid over weight decay it takes 26 % of the steps, and finds the best', () => {
  const { trained, place } = replay(grids['weight-decay'] ?? []);
  expect(sum(trained) / (27 * 9)).toBeCloseTo(7 / 27, 10);
  expect(place).toBe(1);
});
