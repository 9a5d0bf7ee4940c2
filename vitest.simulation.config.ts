import { defineConfig } from 'vitest/config';

/** Simulates the tables of docs/comparing.md again, in minutes: "npm run test:simulation". */
export default defineConfig({
  test: {
    include: ['test/gate/**/*.slow.test.ts'],
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 3_600_000,
  },
});
