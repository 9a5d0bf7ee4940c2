import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // They run with "npm run test:faults" and "npm run test:simulation".
    exclude: [...configDefaults.exclude, 'test/**/*.slow.test.ts'],
    // TensorFlow keeps native state a process: every test file gets a process of its own.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
