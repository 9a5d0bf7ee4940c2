import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { renderApiPage } from '../../build/api-page.mjs';

const { page, hidden } = renderApiPage();

test('docs/api.md is what the build exports ("node build/api-page.mjs" renews it)', () => {
  expect(readFileSync('docs/api.md', 'utf8')).toBe(page);
});

test('the types that exports mention are exported, but for those that nobody has to name', () => {
  // Schemas are values within, and begin small.
  expect(hidden.filter((name) => /^[A-Z]/.test(name))).toEqual([
    'BatchPlace',
    'Checkpoint',
    'DeepReadonly',
    'Kernels',
    'Keys',
    'Metrics',
    'OptimizerOptions',
    'OptionsOf',
    'Paint',
    'Preview',
    'PythonValue',
    'SearchRecord',
    'Sort',
    'Training',
    'UniformByIndexOptions',
    'UniformOptions',
    'WrittenChoose',
    'WrittenSchedule',
  ]);
});
