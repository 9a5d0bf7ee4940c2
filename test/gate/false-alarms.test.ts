import { expect, test } from 'vitest';
import { compareResults } from '../../src/gate/compare-results.js';
import { createNormal, drawArms } from '../comparison/simulated-arms.js';
import { experiment } from '../report/results.js';
import { side } from './sides.js';

const simulationSeed = 20261122;
const spread = { standardDeviation: 0.015, shared: 0.5 };

/** Counts failing gates among 200, of so many experiments with 5 seeds of which the first is moved. */
function countFailures({
  arms,
  difference,
}: {
  readonly arms: number;
  readonly difference: number;
}) {
  const normal = createNormal(simulationSeed);
  const gates = Array.from({ length: 200 }, () => {
    const drawn = Array.from({ length: arms }, (_, index) =>
      drawArms(normal, { seeds: 5, difference: index === 0 ? difference : 0, spread }),
    );
    const trialsOf = (which: 0 | 1) =>
      drawn.flatMap((pair, index) =>
        pair[which].map((trial) => ({
          ...trial,
          experiment: experiment({ name: `arm-${index}` }),
        })),
      );
    return compareResults(side('base', ...trialsOf(0)), [side('head', ...trialsOf(1))]);
  });
  return gates.filter(({ passes }) => !passes).length;
}

// A gate fails on what is worse only: half of alpha's false alarms are "better".
test.each([
  [1, 5],
  [7, 5],
])('of 200 gates of %d experiments without any difference about %d fail', (arms, expected) => {
  const failures = countFailures({ arms, difference: 0 });
  expect(failures).toBeLessThanOrEqual(2 * expected);
});

// The power of a paired t test with 5 seeds is 0.91; Holm's correction for 7 experiments takes from it.
test.each([
  [1, 160],
  [7, 70],
])('of 200 gates of %d experiments a true drop of 3 points fails at least %d', (arms, least) => {
  const failures = countFailures({ arms, difference: -0.03 });
  expect(failures).toBeGreaterThanOrEqual(least);
});
