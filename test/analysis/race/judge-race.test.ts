import { expect, test } from 'vitest';
import { judgeRace, type RaceRules } from '../../../src/analysis/race/judge-race.js';

const rules: RaceRules = { looks: { first: 3, last: 6 }, alpha: 0.05, margin: 0.01 };

/** Differences around a mean, with a spread of some hundredths of a point. */
const around = (mean: number, count: number) =>
  Array.from(
    { length: count },
    (_, index) => mean + ([0.0003, -0.0002, 0.0001][index % 3] as number),
  );

test('A racer ends at the first look that tells it apart, or that shows it within the margin', () => {
  expect(judgeRace([around(0.03, 6), around(-0.03, 6), around(0.00005, 6)], rules)).toEqual([
    { verdict: 'better', seedCount: 3 },
    { verdict: 'worse', seedCount: 3 },
    { verdict: 'within margin', seedCount: 3 },
  ]);
});

const unsure = [0.03, -0.03, 0.02, -0.02, 0.03, -0.03];

test('One that nothing tells apart goes on to the last seed, and is undecided then', () => {
  expect(judgeRace([unsure.slice(0, 4)], rules)).toEqual([{ verdict: 'racing', seedCount: 4 }]);
  expect(judgeRace([unsure], rules)).toEqual([{ verdict: 'undecided', seedCount: 6 }]);
});

test('No look is made before all that still race have the seed', () => {
  expect(judgeRace([around(0.03, 6), unsure.slice(0, 2)], rules)).toEqual([
    { verdict: 'racing', seedCount: 0 },
    { verdict: 'racing', seedCount: 0 },
  ]);
});

test('Seeds beyond a racer’s end change nothing', () => {
  const turned = [...around(0.03, 3), -0.5, -0.5, -0.5];
  expect(judgeRace([turned, unsure], rules)[0]).toEqual({ verdict: 'better', seedCount: 3 });
});

test('A seed that failed on one side is no pair', () => {
  const holed = [undefined, ...around(0.03, 2)];
  expect(judgeRace([holed], rules)).toEqual([{ verdict: 'racing', seedCount: 3 }]);
  expect(judgeRace([[...holed, 0.0301]], rules)).toEqual([{ verdict: 'better', seedCount: 4 }]);
  const failed = new Array<undefined>(6).fill(undefined);
  expect(judgeRace([failed], rules)).toEqual([{ verdict: 'undecided', seedCount: 6 }]);
});

test('Several racers share alpha by Holm: what one alone would tell is not enough', () => {
  // p = 0.013 after three seeds: below the nominal level of one racer (0.020), above that of five (0.004).
  const fair = [0.02, 0.024, 0.018].map((each) => each - 0.006);
  expect(judgeRace([fair], rules)[0]?.verdict).toBe('better');
  const others = [unsure, unsure, unsure, unsure];
  expect(judgeRace([fair, ...others], rules)[0]?.verdict).toBe('racing');
});

test('Identical results are within any margin', () => {
  expect(judgeRace([[0, 0, 0]], rules)).toEqual([{ verdict: 'within margin', seedCount: 3 }]);
});
