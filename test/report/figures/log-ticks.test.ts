import { expect, test } from 'vitest';
import { createLogTicks } from '../../../src/report/figures/log-ticks.js';

test.each<{ ends: [number, number]; ticks: number[] }>([
  { ends: [0.03, 240], ticks: [0.1, 1, 10, 100] },
  { ends: [0.45, 12], ticks: [0.5, 1, 2, 5, 10] },
  { ends: [1.6, 3.7], ticks: [2, 2.5, 3, 3.5] },
  { ends: [2.29, 2.31], ticks: [2.29, 2.295, 2.3, 2.305, 2.31] },
  { ends: [1, 1], ticks: [1] },
])('a logarithmic axis over $ends has lines at $ticks', ({ ends, ticks }) => {
  expect(createLogTicks(ends)).toEqual(ticks);
});
