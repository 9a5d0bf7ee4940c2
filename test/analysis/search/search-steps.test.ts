import { expect, test } from 'vitest';
import {
  countAtRungs,
  listSteps,
  rankFinalists,
  type SearchRules,
} from '../../../src/analysis/search/search-steps.js';
import { mulberry32 } from '../../mulberry32.js';

const rules: SearchRules = { rungs: [1 / 9, 1 / 3, 1], keep: 1 / 3 };

test('A third of each rung goes on, and at least one', () => {
  expect(countAtRungs(27, rules)).toEqual([27, 9, 3]);
  expect(countAtRungs(10, rules)).toEqual([10, 3, 1]);
  expect(countAtRungs(2, rules)).toEqual([2, 1, 1]);
});

test('All begin in their order, and one that is sure of its place goes on before the next begins', () => {
  const two: SearchRules = { rungs: [0.5, 1], keep: 0.5 };
  expect(listSteps([[], [], [], []], two).map(({ configuration }) => configuration)).toEqual([
    0, 1, 2, 3,
  ]);
  // Two of four go on: with two beaten already, 0.9 is sure.
  expect(listSteps([[0.9], [0.1], [0.2], []], two)).toEqual([
    { configuration: 0, rung: 1 },
    { configuration: 3, rung: 0 },
    { configuration: 2, rung: 1, isGuess: true },
  ]);
});

test('A guess never has a place that a better one has for sure', () => {
  const two: SearchRules = { rungs: [0.5, 1], keep: 0.5 };
  expect(listSteps([[0.9], [0.1], [0.2], [0.3]], two)).toEqual([
    { configuration: 0, rung: 1 },
    { configuration: 3, rung: 1 },
  ]);
});

test('A failure goes on last, and of equals the earlier one', () => {
  const two: SearchRules = { rungs: [0.5, 1], keep: 0.5 };
  expect(listSteps([[Number.NaN], [0.1], [0.1], [0.1]], two)).toEqual([
    { configuration: 1, rung: 1 },
    { configuration: 2, rung: 1 },
  ]);
});

/** Trains a search whose steps end in random order with so many workers; returns the steps and the finalists. */
function runSearch(final: readonly (readonly number[])[], workers: number, seed: number) {
  const random = mulberry32(seed);
  const scores: number[][] = final.map(() => []);
  const running: { configuration: number; rung: number }[] = [];
  const steps: string[] = [];
  for (;;) {
    const isRunning = (configuration: number) =>
      running.some((step) => step.configuration === configuration);
    const next = listSteps(scores, rules).filter(({ configuration }) => !isRunning(configuration));
    for (const step of next.slice(0, workers - running.length)) {
      running.push(step);
      steps.push(`${step.configuration} ${step.rung}`);
    }
    const [ended] = running.splice(Math.floor(random() * running.length), 1);
    if (!ended) return { steps, finalists: rankFinalists(scores, rules) };
    scores[ended.configuration]?.push(final[ended.configuration]?.[ended.rung] ?? 0);
  }
}

const seed = 20261126;

test(`One worker takes no step too many, and any number of workers come to the same finalists (seed ${seed})`, () => {
  const random = mulberry32(seed);
  for (let round = 0; round < 10; round++) {
    const final = Array.from({ length: 27 }, () => {
      const quality = random();
      return rules.rungs.map((rung) => quality + (random() - 0.5) * (1 - rung));
    });
    const alone = runSearch(final, 1, round);
    expect(alone.steps).toHaveLength(27 + 9 + 3);
    expect(alone.finalists).toHaveLength(3);
    for (const workers of [2, 5, 40]) {
      const side = runSearch(final, workers, round + workers);
      expect(side.finalists).toEqual(alone.finalists);
      expect(new Set(side.steps).size).toBe(side.steps.length);
    }
  }
});

test('There are no finalists before all of them are trained', () => {
  expect(rankFinalists([[0.9, 0.8], [0.5], [0.4]], rules)).toBeUndefined();
  expect(rankFinalists([[0.9, 0.8, 0.7], [0.5], [0.4]], rules)).toEqual([0]);
});
