import { expect, test } from 'vitest';
import { judgeRace, type RaceRules } from '../../../src/analysis/race/judge-race.js';
import { computePairedPower } from '../../../src/statistics/power.js';
import { createNormal } from '../comparison/simulated-arms.js';

/** docs/search.md names it with the figures. */
const seed = 20261126;
const raceCount = 2000;
/** Of differences of pairs, in points: as measured over full runs of the baseline. */
const spread = 0.0106;
const rules: RaceRules = { looks: { first: 3, last: 20 }, alpha: 0.05, margin: 0.01 };

interface Tally {
  /** Share of races in which some racer was told apart. */
  readonly told: number;
  /** Share of races in which some racer was shown to lie within the margin. */
  readonly within: number;
  /** Mean seeds of a racer. */
  readonly seeds: number;
}

/** Races so many arms against one control; the control's own spread is common to all of them. */
function simulate(racerCount: number, difference: number): Tally {
  const normal = createNormal(seed);
  const each = spread / Math.SQRT2;
  let [told, within, seeds] = [0, 0, 0];
  for (let race = 0; race < raceCount; race++) {
    const control = Array.from({ length: rules.looks.last }, () => each * normal());
    const racers = Array.from({ length: racerCount }, () =>
      control.map((value) => difference + each * normal() - value),
    );
    const ends = judgeRace(racers, rules);
    if (ends.some(({ verdict }) => verdict === 'better' || verdict === 'worse')) told++;
    if (ends.some(({ verdict }) => verdict === 'within margin')) within++;
    seeds += ends.reduce((sum, { seedCount }) => sum + seedCount, 0) / racerCount;
  }
  return { told: told / raceCount, within: within / raceCount, seeds: seeds / raceCount };
}

test(`Of ${raceCount} races between equals, at most 5 % tell a difference (seed ${seed})`, () => {
  const { told } = simulate(1, 0);
  expect(told).toBeLessThanOrEqual(0.05);
  expect(told).toBeGreaterThan(0.02);
});

test(`Of ${raceCount} races of seven equals, at most 5 % tell any difference (seed ${seed})`, () => {
  const { told } = simulate(7, 0);
  expect(told).toBeLessThanOrEqual(0.05);
  expect(told).toBeGreaterThan(0.01);
});

test(`Two points are found with at most 60 % of ten seeds, as surely as by ten (seed ${seed})`, () => {
  const { told, seeds } = simulate(1, 0.02);
  expect(seeds).toBeLessThanOrEqual(6);
  const fixed = computePairedPower(10, { difference: 0.02, standardDeviation: spread });
  expect(told).toBeGreaterThan(fixed - 0.02);
});

test(`A difference as large as the margin is taken for smaller in at most 2.5 % of races (seed ${seed})`, () => {
  const { within } = simulate(1, 0.01);
  expect(within).toBeLessThanOrEqual(0.025);
});
