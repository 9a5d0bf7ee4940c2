import { defineConfig } from 'vitest/config';

/** All fault tests, also those that take minutes: "npm run test:faults". */
export default defineConfig({
  test: {
    include: ['test/faults/**/*.test.ts'],
    pool: 'forks',
    // Faults at the Nth moment are easier to understand where nothing else runs.
    maxWorkers: 1,
    // On a busy machine they take ten times as long as on a quiet one.
    testTimeout: 3_600_000,
    hookTimeout: 300_000,
  },
});
