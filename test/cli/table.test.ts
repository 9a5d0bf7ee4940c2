import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { assembleResults } from '../../src/analysis/findings/compute-findings.js';
import { readResults } from '../../src/results/read-results.js';
import { temporaryFolder } from '../temporary-folder.js';
import { loadedModules, runProgram } from './run-program.js';

const study = 'test/golden/results/version-1.json';
const table = (...options: readonly string[]) => runProgram(['table', study, ...options]);

test('stored results are shown again, without loading TensorFlow', async () => {
  const { exitCode, stdout, stderr } = await table();
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toMatch(/^raw +none +baseline +10 +63\.82 % /m);
  const modules = await loadedModules(['table', study]);
  expect(modules.filter((url) => url.includes('tfjs'))).toEqual([]);
});

test('they are sorted, and only the chosen columns are shown', async () => {
  const { stdout } = await table(
    '--sort',
    '-test-accuracy',
    '--columns',
    'experiment,test-accuracy',
  );
  const rows = stdout.split('\n').filter((line) => line.endsWith(' %'));
  expect(rows.map((row) => row.split(/ {2,}/))).toEqual([
    ['zscore', '70.63 %'],
    ['minmax', '68.29 %'],
    ['geometric', '68.15 %'],
    ['photometric-fixed', '67.99 %'],
    ['raw', '63.82 %'],
    ['photometric', '11.88 %'],
  ]);
});

describe('Of several folders or files', () => {
  /** A file with the experiments of the study that have these names. */
  async function partOfStudy(names: readonly string[], change = (text: string) => text) {
    const { trials } = await readResults(study);
    const part = assembleResults(
      trials.filter(({ experiment }) => names.includes(experiment.name)),
    );
    const path = join(await temporaryFolder(), 'results.json');
    await writeFile(path, change(JSON.stringify(part)));
    return path;
  }

  test('results are shown as one, and written as one', async () => {
    const some = await partOfStudy(['raw', 'minmax']);
    const others = await partOfStudy(['minmax', 'photometric']);
    const { stdout, exitCode } = await runProgram(['table', some, others, '--export-json', '-']);
    expect(exitCode).toBe(0);
    const { trials, findings } = JSON.parse(stdout);
    expect(trials.map(({ id }: { id: string }) => id.split('-')[0])).toEqual([
      'raw',
      'minmax',
      'photometric',
    ]);
    expect(findings).toEqual(assembleResults(trials).findings);
    const { stdout: text } = await runProgram(['table', some, others]);
    expect(text.match(/^(raw|minmax|photometric) /gm)).toEqual(['raw ', 'minmax ', 'photometric ']);
  });

  test('two results of one trial are an error that names both', async () => {
    const some = await partOfStudy(['raw']);
    const other = await partOfStudy(['raw'], (text) =>
      text.replaceAll(/"accuracy":0\.6382/g, '"accuracy":0.6383'),
    );
    const { exitCode, stdout, stderr } = await runProgram(['table', some, other]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
    expect(stderr).toContain(`has two results: test accuracy 0.6382 in "${some}", 0.6383 in`);
  });

  test('one that is missing is named', async () => {
    const { exitCode, stderr } = await runProgram(['table', study, 'nowhere']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('nowhere');
  });
});

test('an export for stdout stands there alone, and others go to files', async () => {
  const folder = await temporaryFolder();
  const file = join(folder, 'table.md');
  const { exitCode, stdout } = await table(
    ...['--export-json', '-', '--export-markdown', file, '--reference', 'minmax'],
  );
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ version: 2, trials: { length: 6 } });
  expect(readFileSync(file, 'utf8')).toContain('| control |');
});

test('--json prints the results alone, and none beside an export on stdout', async () => {
  const { stdout, stderr } = await table('--json');
  expect(JSON.parse(stdout)).toMatchObject({ version: 2, trials: { length: 6 } });
  expect(stderr).toBe('');
  expect(await table('--json', '--export-csv', '-')).toEqual({
    exitCode: 2,
    stdout: '',
    stderr:
      '--json and an export to "-" cannot both be on stdout.\nHint: give the export a file.\n',
  });
});

test('--notes prints all notes, and colours come where they are forced', async () => {
  const few = await table();
  expect(few.stdout).toMatch(/\n- Not shown: \d+ more notes \(--notes, table\.md\)\.\n$/);
  const all = await table('--notes');
  expect(all.stdout).not.toContain('Not shown');
  expect(all.stdout).toMatch(/\n- Best: /);
  const environment = { FORCE_COLOR: '1' };
  const painted = await runProgram(['table', study], { environment });
  expect(painted.stdout).toContain('\n- \u001b[31mphotometric:\u001b[39m random-brightness and ');
});

test.each([
  [['--rows', 'model'], '--rows and --cols belong together.'],
  [['--control', 'raw', '--reference', 'raw'], '--control and --reference are the same.'],
  [['--control', 'minmx'], '--control must name one of the experiments, received "minmx".'],
  [['--precision', '9'], 'expected a number from 0 to 6.'],
  [['--columns', 'a,,b'], 'expected names with commas between them.'],
  [['--sort', 'accurracy'], 'There is no column or setting "accurracy"'],
])('%j is wrong usage, with code 2', async (options, message) => {
  const { exitCode, stdout, stderr } = await table(...options);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toContain(message);
});

test('a folder without results is unusable input, with code 2', async () => {
  const { exitCode, stderr } = await runProgram(['table', 'src']);
  expect(exitCode).toBe(2);
  expect(stderr).toBe(
    'src: the folder has no results.json.\nHint: a run writes one with its first trial.\n',
  );
});
