import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { requireOutputs } from '../../src/cli/outputs.js';
import { doneTrial, resultsOf } from '../report/results.js';
import { temporaryFolder } from '../temporary-folder.js';
import { runProgram } from './run-program.js';

const experiment = JSON.stringify({
  preprocessing: [{ name: 'minmax' }],
  model: { name: 'baseline' },
});

/** A folder with experiments, a plug-in, data, and stored results in `r`. */
async function workFolder(): Promise<string> {
  const folder = await temporaryFolder();
  const trial = doneTrial();
  mkdirSync(join(folder, 'r', trial.id, 'result'), { recursive: true });
  mkdirSync(join(folder, 'data'));
  const files = {
    'mine.json': experiment,
    'plugin.mjs': 'export const stages = [];',
    'r/results.json': JSON.stringify(resultsOf(trial)),
    [`r/${trial.id}/result/trial.json`]: '{}',
    'data/test_batch.bin': '',
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  symlinkSync('mine.json', join(folder, 'link.json'));
  symlinkSync('later.json', join(folder, 'early.json'));
  symlinkSync('.', join(folder, 'here'));
  symlinkSync('../mine.json', join(folder, 'r', 'mine.png'));
  symlinkSync('results.json', join(folder, 'r', 'figure.svg'));
  return folder;
}

const apart = 'Hint: name another file.\n';
const share = 'Hint: give each output a file of its own; only one can be "-".\n';
const trial = `r/${doneTrial().id}/result/trial.json`;

describe('what would overwrite an input or another output is refused, and nothing is touched', () => {
  test.each([
    [
      'run mine.json --export-csv mine.json',
      `--export-csv "mine.json" would overwrite the experiment "mine.json".\n${apart}`,
    ],
    [
      'run mine.json --export-csv link.json',
      `--export-csv "link.json" would overwrite the experiment "mine.json".\n${apart}`,
    ],
    [
      'run mine.json --plugin plugin.mjs --export-html ./here/plugin.mjs',
      `--export-html "./here/plugin.mjs" would overwrite the plug-in "plugin.mjs".\n${apart}`,
    ],
    [
      'run mine.json --check --baseline r --report r/results.json',
      `--report "r/results.json" would overwrite the baseline "r/results.json".\n${apart}`,
    ],
    [
      'run mine.json --out new --export-json new/results.json',
      `--export-json "new/results.json" would overwrite the run's own "new/results.json".\n${apart}`,
    ],
    [
      'run mine.json --export-csv data/test_batch.bin',
      `--export-csv "data/test_batch.bin" would overwrite the data file "data/test_batch.bin".\n${apart}`,
    ],
    [
      'run mine.json --export-csv a.csv --export-json ./a.csv',
      `--export-csv "a.csv" and --export-json "./a.csv" are one file.\n${share}`,
    ],
    [
      'run mine.json --report early.json --export-json later.json',
      `--export-json "later.json" and --report "early.json" are one file.\n${share}`,
    ],
    [
      'table r --export-csv r/results.json',
      `--export-csv "r/results.json" would overwrite the results "r/results.json".\n${apart}`,
    ],
    [
      `table r/results.json --export-csv ${trial}`,
      `--export-csv "${trial}" would overwrite what a trial stored in "r/${doneTrial().id}/result".\n${apart}`,
    ],
    [
      'table r --export-csv - --export-json /dev/stdout',
      `--export-csv "-" and --export-json "/dev/stdout" are one file.\n${share}`,
    ],
    [
      'report r -o r/results.json',
      `--out "r/results.json" would overwrite the results "r/results.json".\n${apart}`,
    ],
    [
      'plot accuracy r/results.json -o r/figure.svg',
      `--out "r/figure.svg" would overwrite the results "r/results.json".\n${apart}`,
    ],
    [
      'preview mine.json -o r/',
      `--out "r/mine.png" would overwrite the experiment "mine.json".\n${apart}`,
    ],
    [
      'preview mine.json -o raw.png --export-json here/raw.png',
      `--out "raw.png" and --export-json "here/raw.png" are one file.\n${share}`,
    ],
    [
      'preview mine.json --export-json mine.json',
      `--export-json "mine.json" would overwrite the experiment "mine.json".\n${apart}`,
    ],
    [
      'compare r r --summary',
      `--summary "r/results.json" would overwrite the results "r/results.json".\n${apart}`,
    ],
  ])('%s', async (parameters, stderr) => {
    const folder = await workFolder();
    const environment = { GITHUB_STEP_SUMMARY: 'r/results.json' };
    const before = readFileSync(join(folder, 'r/results.json'), 'utf8');
    const result = await runProgram(parameters.split(' '), { folder, environment });
    expect(result).toEqual({ exitCode: 2, stdout: '', stderr });
    expect(readFileSync(join(folder, 'mine.json'), 'utf8')).toBe(experiment);
    expect(readFileSync(join(folder, 'r/results.json'), 'utf8')).toBe(before);
    for (const name of ['results', 'new', 'a.csv', 'raw.png', 'later.json']) {
      expect(existsSync(join(folder, name))).toBe(false);
    }
  });
});

test('the folder of a file must be there', async () => {
  const folder = await workFolder();
  for (const parameters of [
    ['plot', 'accuracy', 'r', '-o', 'no/such/x.svg'],
    ['table', 'r', '--export-csv', 'no/such/x.svg'],
    ['report', 'r', '--no-pictures', '-o', 'no/such/x.svg'],
    ['run', 'mine.json', '--report', 'no/such/x.svg'],
    ['preview', 'mine.json', '--export-json', 'no/such/x.svg'],
  ]) {
    expect(await runProgram(parameters, { folder })).toEqual({
      exitCode: 2,
      stdout: '',
      stderr:
        '"no/such/x.svg" cannot be written: there is no folder "no/such".\nHint: check the path, or make the folder first: mkdir -p "no/such".\n',
    });
    expect(existsSync(join(folder, 'no'))).toBe(false);
  }
});

test('a file may go into a folder that the command makes, and a link to it may be written through', async () => {
  const folder = await workFolder();
  const outputs = [{ name: '--report', path: join(folder, 'new/deep/report.html') }];
  const files = { inputs: [], outputs, results: [], folders: [join(folder, 'new/deep/')] };
  await expect(requireOutputs(files)).resolves.toBeUndefined();
  expect(existsSync(join(folder, 'new'))).toBe(false);
  const csv = ['table', 'r', '--export-csv', 'r/epochs.csv', '--tensorboard', 'a/b'];
  expect((await runProgram(csv, { folder })).exitCode).toBe(0);
  expect(existsSync(join(folder, 'a/b', doneTrial().id))).toBe(true);
  expect((await runProgram(csv, { folder })).exitCode).toBe(0);
});

test('a folder is no file', async () => {
  const folder = await temporaryFolder();
  const outputs = [{ name: '--out', path: folder }];
  await expect(requireOutputs({ inputs: [], outputs, results: [] })).rejects.toThrow(
    expect.objectContaining({ message: `"${folder}" is a folder.`, exitCode: 2 }),
  );
});

test('a place that cannot be written is refused', async () => {
  const folder = await workFolder();
  const blocked = join(folder, 'mine.json', 'a');
  const none = { inputs: [], outputs: [], results: [] };
  for (const files of [
    { ...none, outputs: [{ name: '--out', path: blocked }] },
    { ...none, folders: [blocked] },
  ]) {
    await expect(requireOutputs(files)).rejects.toThrow(
      expect.objectContaining({
        message: `"${blocked}" cannot be written: a part of the path is not a folder (ENOTDIR).`,
        exitCode: 5,
      }),
    );
  }
});
