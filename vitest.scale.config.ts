import { configDefaults, defineConfig } from 'vitest/config';

/** Many machines, with a Slurm and a Redis of the tests' own: "npm run test:scale". */
export default defineConfig({
  test: {
    include: ['test/scale/**/*.slow.test.ts'],
    exclude: [...configDefaults.exclude, 'test/scale/simulation.slow.test.ts'],
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 1_800_000,
    hookTimeout: 300_000,
  },
});
