import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { runProgram } from './run-program.js';

test('the printed schema is the committed one', async () => {
  const { exitCode, stdout, stderr } = await runProgram(['schema']);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toBe(readFileSync('docs/experiment.schema.json', 'utf8'));
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
