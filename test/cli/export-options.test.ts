import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { expect, test } from 'vitest';
import { addExportOptions, openExports } from '../../src/cli/export-options.js';
import { doneTrial, resultsOf } from '../report/results.js';
import { temporaryFolder } from '../temporary-folder.js';

const results = resultsOf(doneTrial());

/** Returns the flags as commander reads them from a command line. */
function flagsOf(...parameters: readonly string[]) {
  return addExportOptions(new Command()).parse(parameters, { from: 'user' }).opts();
}

test('several exports are written at once, into folders that are made', async () => {
  const folder = await temporaryFolder();
  const files = {
    markdown: join(folder, 'new', 'table.md'),
    csv: join(folder, 'epochs.csv'),
    json: join(folder, 'all.json'),
  };
  const parameters = Object.entries(files).flatMap(([name, file]) => [`--export-${name}`, file]);
  const events = join(folder, 'events');
  const exports = await openExports(flagsOf(...parameters, '--tensorboard', events));
  expect(exports.usesStdout).toBe(false);
  await exports.write(results);
  expect(readFileSync(files.markdown, 'utf8')).toMatch(/^# Test accuracy of 1 experiment/);
  expect(readFileSync(files.csv, 'utf8')).toMatch(/^id,experiment,seed,/);
  expect(JSON.parse(readFileSync(files.json, 'utf8'))).toEqual(results);
  const run = join(events, 'raw-seed0-01234567', 'events.out.tfevents.1767323045.prep-lab');
  expect(readFileSync(run).length).toBeGreaterThan(1000);
});

test('without an export nothing is written', async () => {
  const exports = await openExports(flagsOf());
  expect(exports.usesStdout).toBe(false);
  await exports.write(results);
});

test('an export for stdout is told, so that nothing else is printed there', async () => {
  expect((await openExports(flagsOf('--export-json', '-'))).usesStdout).toBe(true);
});

test('a device is written to, not replaced', async () => {
  const exports = await openExports(flagsOf('--export-json', '/dev/null'));
  await exports.write(results);
  expect(readFileSync('/dev/null', 'utf8')).toBe('');
});

test('two exports to one place are refused', async () => {
  await expect(openExports(flagsOf('--export-json', '-', '--export-csv', '-'))).rejects.toThrow(
    expect.objectContaining({
      message: 'Two exports go to "-".',
      hint: 'give each export a file of its own; only one can be "-".',
      exitCode: 2,
    }),
  );
});

test('a folder is no file', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'table'));
  await expect(openExports(flagsOf('--export-json', join(folder, 'table')))).rejects.toThrow(
    `"${folder}/table" is a folder.`,
  );
});

test('a place that cannot be written is refused before anything is trained', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'file'), '');
  const flags = flagsOf('--export-json', join(folder, 'file', 'all.json'));
  await expect(openExports(flags)).rejects.toThrow(expect.objectContaining({ exitCode: 5 }));
});
