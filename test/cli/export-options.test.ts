import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { expect, test } from 'vitest';
import { addExportOptions, createExports } from '../../src/cli/export-options.js';
import { doneTrial, resultsOf } from '../report/results.js';
import { temporaryFolder } from '../temporary-folder.js';

const results = resultsOf(doneTrial());

/** Returns the flags as commander reads them from a command line. */
function flagsOf(...parameters: readonly string[]) {
  return addExportOptions(new Command()).parse(parameters, { from: 'user' }).opts();
}

test('several exports are written at once', async () => {
  const folder = await temporaryFolder();
  const files = {
    markdown: join(folder, 'table.md'),
    csv: join(folder, 'epochs.csv'),
    json: join(folder, 'all.json'),
  };
  const parameters = Object.entries(files).flatMap(([name, file]) => [`--export-${name}`, file]);
  const events = join(folder, 'events');
  const exports = createExports(flagsOf(...parameters, '--tensorboard', events));
  expect(exports.usesStdout).toBe(false);
  await exports.write(results);
  expect(readFileSync(files.markdown, 'utf8')).toMatch(/^# Test accuracy of 1 experiment/);
  expect(readFileSync(files.csv, 'utf8')).toMatch(/^id,experiment,seed,/);
  expect(JSON.parse(readFileSync(files.json, 'utf8'))).toEqual(results);
  const run = join(events, 'raw-seed0-01234567', 'events.out.tfevents.1767323045.prep-lab');
  expect(readFileSync(run).length).toBeGreaterThan(1000);
});

test('without an export nothing is written', async () => {
  const exports = createExports(flagsOf());
  expect(exports.usesStdout).toBe(false);
  await exports.write(results);
});

test('an export for stdout is told, so that nothing else is printed there', async () => {
  expect(createExports(flagsOf('--export-json', '-')).usesStdout).toBe(true);
});

test('a device is written to, not replaced', async () => {
  const exports = createExports(flagsOf('--export-json', '/dev/null'));
  await exports.write(results);
  expect(readFileSync('/dev/null', 'utf8')).toBe('');
});
