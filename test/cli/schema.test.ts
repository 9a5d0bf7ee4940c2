import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { renderJson } from '../../src/report/export/json.js';
import { readResults } from '../../src/results/read-results.js';
import { minmax } from '../analysis/gate/sides.js';
import { doneTrial, failedTrial, resultsOf } from '../report/results.js';
import { runProgram } from './run-program.js';

test.each([
  [['schema'], 'docs/experiment.schema.json'],
  [['schema', '--results'], 'docs/results.schema.json'],
])('what %j prints is committed as %s', async (parameters, file) => {
  const { exitCode, stdout, stderr } = await runProgram(parameters);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toBe(readFileSync(file, 'utf8'));
});

test('results and their JSON export validate against the schema of results', async () => {
  const validate = new Ajv().compile(JSON.parse(readFileSync('docs/results.schema.json', 'utf8')));
  const migrated = await readResults('test/golden/results/version-1.json');
  const results = resultsOf(...minmax([0.7, 0.71]), doneTrial(), failedTrial());
  for (const value of [migrated, results]) {
    expect(validate(JSON.parse(renderJson(value))), JSON.stringify(validate.errors)).toBe(true);
  }
  expect(validate({ ...results, trials: [{ ...doneTrial(), seed: '0' }] })).toBe(false);
  expect(validate({ ...results, version: 3 })).toBe(false);
});

test('the schema with a plug-in takes its stage and its model', async () => {
  const { stdout } = await runProgram(['schema', '--plugin', 'docs/example-plugin.mjs']);
  const experiment = {
    preprocessing: [{ name: 'random-gamma', strength: 0.2 }],
    model: { name: 'linear' },
  };
  expect(new Ajv().validate(JSON.parse(stdout), experiment)).toBe(true);
  expect(new Ajv().validate(JSON.parse((await runProgram(['schema'])).stdout), experiment)).toBe(
    false,
  );
});
