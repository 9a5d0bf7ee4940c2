import { expect, test } from 'vitest';
import { compareArms, type Verdict } from '../../../src/analysis/comparison/compare-arms.js';
import { computePairedPower } from '../../../src/statistics/power.js';
import { createNormal, drawArms, type Spread } from './simulated-arms.js';

/** docs/statistics.md names it with the figures. */
const seed = 20261122;
const comparisons = 200;
/** With the same seeds, half of the variance is common. */
function spreadOf(arePaired: boolean): Spread {
  return { standardDeviation: 0.015, shared: arePaired ? 0.5 : 0 };
}

/** Counts the verdicts on arms of five seeds. */
function countVerdicts(difference: number, arePaired: boolean): Record<Verdict, number> {
  const normal = createNormal(seed);
  const spread = spreadOf(arePaired);
  const counts = { better: 0, worse: 0, 'no difference': 0, 'too few': 0 };
  for (let index = 0; index < comparisons; index++) {
    const [control, arm] = drawArms(normal, { seeds: 5, difference, spread });
    const others = arePaired ? arm : arm.map((trial) => ({ ...trial, seed: trial.seed + 5 }));
    counts[compareArms(control, others).verdict]++;
  }
  return counts;
}

// Of 200 with probability 0.05 each, 1 to 20 are false alarms in 99.9 of 100 such simulations.
test.each([
  ['paired', true],
  ['unpaired', false],
])(
  `${comparisons} %s comparisons of equal arms fail at about alpha (seed ${seed})`,
  (_, paired) => {
    const { better, worse } = countVerdicts(0, paired);
    expect(better + worse).toBeGreaterThanOrEqual(1);
    expect(better + worse).toBeLessThanOrEqual(20);
  },
);

test(`a drop of 3 points is found with 5 seeds as often as the power says (seed ${seed})`, () => {
  const power = computePairedPower(5, { difference: 0.03, standardDeviation: 0.015 });
  expect(power).toBeCloseTo(0.91, 1);
  const { worse, better } = countVerdicts(-0.03, true);
  expect(better).toBe(0);
  expect(Math.abs(worse / comparisons - power)).toBeLessThan(0.07);
});
