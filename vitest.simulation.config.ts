import { defineConfig } from 'vitest/config';

/** Simulates the tables of docs/comparing.md and docs/scale.md again, in minutes: "npm run test:simulation". */
export default defineConfig({
  test: {
    include: ['test/**/simulation.slow.test.ts'],
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 3_600_000,
    // A folder of 100,000 results is removed.
    hookTimeout: 600_000,
  },
});
