import { expect, test } from 'vitest';
import { countFailures, type GateDesign } from './simulated-gates.js';

const gates = 200;

function design(experiments: number, identical = 0): GateDesign {
  return { experiments, identical, seeds: 5, correction: 'holm' };
}

// A gate fails on drops only: half of alpha's false alarms are rises.
test.each([
  [1, 0],
  [7, 0],
  [7, 6],
])(
  'of 200 gates of %d experiments without any difference, %d of them identical, about 5 find one worse',
  (experiments, identical) => {
    const { worse } = countFailures(design(experiments, identical), { gates, difference: 0 });
    expect(worse).toBeLessThanOrEqual(10);
  },
);

test('only tests that share alpha make gates fail for too few seeds', () => {
  const countTooFew = (experiments: number, identical: number) =>
    countFailures(design(experiments, identical), { gates, difference: 0 }).tooFew;
  expect([countTooFew(1, 0), countTooFew(7, 6)]).toEqual([0, 0]);
  // Each of seven has 0.025 for itself: of 200 gates 32 are expected, less those that are worse.
  expect(countTooFew(7, 0)).toBeLessThanOrEqual(45);
});

// The power of a paired t test with 5 seeds is 0.91. Holm's correction for 7 takes from what is called worse, not from
// what fails.
test.each([
  [1, 0, 160],
  [7, 6, 160],
  [7, 0, 70],
])(
  'a true drop of 3 points in one of %d experiments, %d of them identical, is worse in at least %d of 200 gates',
  (experiments, identical, least) => {
    const { worse, tooFew } = countFailures(design(experiments, identical), {
      gates,
      difference: -0.03,
    });
    expect(worse).toBeGreaterThanOrEqual(least);
    expect(worse + tooFew).toBeGreaterThanOrEqual(160);
  },
);
