import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { DoneTrial, Results } from '../../src/results/result.js';
import { linkData } from '../cifar10/data-folder.js';
import { temporaryFolder } from '../temporary-folder.js';
import { programFile, runProgram } from './run-program.js';

/** Writes experiment files into a new folder and returns it. */
async function experimentFolder(files: Readonly<Record<string, object>>): Promise<string> {
  const folder = await temporaryFolder();
  for (const [name, changes] of Object.entries(files)) {
    const experiment = { preprocessing: [{ name: 'minmax' }], model: { name: 'baseline' } };
    await writeFile(join(folder, name), JSON.stringify({ ...experiment, ...changes }));
  }
  return folder;
}

const tiny = ['--limit', '200,100', '--device', 'cpu'];

const readResults = (folder: string): Results =>
  JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8'));

/** What of a trial must repeat: everything but times. */
const numbersOf = (trial: DoneTrial | undefined) =>
  trial && {
    id: trial.id,
    test: trial.test,
    history: trial.history.map(({ trainSeconds, validationSeconds, ...numbers }) => numbers),
  };

test('Experiments are trained, shown and written, and repeat bit for bit in another process', async () => {
  const folder = await experimentFolder({
    'flip.json': { preprocessing: [{ name: 'minmax' }, { name: 'random-flip' }] },
    'split.json': { training: { validation: { split: 5000 } } },
  });
  const parameters = ['flip.json', 'split.json', '--seed', '0,7', '--epochs', '2', ...tiny];
  const run = await runProgram(['run', ...parameters], { folder });
  expect(run.exitCode).toBe(0);

  const rate = String.raw`\d+\.\d+ ± \d+\.\d+ %`;
  const rowOf = (name: string, pipeline: string, judged: string) =>
    new RegExp(
      `^${name} +${pipeline} +baseline +2 of 10 +${rate} +2 .* ${rate} \\(${judged}\\)`,
      'm',
    );
  expect(run.stdout).toMatch(rowOf('flip', 'minmax, random-flip', 'test'));
  expect(run.stdout).toMatch(rowOf('split', 'minmax', 'split of 100'));
  const lines = run.stderr
    .replace(/ \(run: .* left\)$/gm, '')
    .replace(/[\d.]+ s$/gm, 'T s')
    .replace(/\d+\.\d+/g, 'N');
  expect(lines.split('\n').slice(0, 5)).toEqual([
    'flip, seed 0 (trial 1 of 4) ...',
    'flip, seed 0: epoch 1/2, loss N, accuracy N %, test accuracy N %, T s',
    'flip, seed 0: epoch 2/2, loss N, accuracy N %, test accuracy N %, T s',
    'flip, seed 0: test accuracy N % in T s',
    'flip, seed 7 (trial 2 of 4) ...',
  ]);
  expect(run.stderr).toContain('split, seed 0: epoch 1/2, ');
  expect(run.stderr.endsWith('Results are in "results".\n')).toBe(true);

  const out = join(folder, 'results');
  const { trials } = readResults(out);
  const done = trials as DoneTrial[];
  expect(trials[0]?.environment).toMatchObject({ device: 'cpu', execution: 'graph' });
  expect(done.map(({ status, seed, imageCounts }) => [status, seed, imageCounts])).toEqual([
    ['done', 0, { train: 200, validation: 0, test: 100 }],
    ['done', 7, { train: 200, validation: 0, test: 100 }],
    ['done', 0, { train: 100, validation: 100, test: 100 }],
    ['done', 7, { train: 100, validation: 100, test: 100 }],
  ]);
  expect(numbersOf(done[1])?.history).not.toEqual(numbersOf(done[0])?.history);
  expect(readdirSync(out).sort()).toEqual(
    ['plan.json', 'results.json', 'table.md', ...done.map(({ id }) => id)].sort(),
  );
  const own = JSON.parse(
    readFileSync(join(out, done[2]?.id ?? '', 'result', 'trial.json'), 'utf8'),
  );
  expect(own).toEqual(done[2]);
  const table = readFileSync(join(out, 'table.md'), 'utf8');
  expect(table).toContain('| flip | minmax, random-flip | baseline | 2 of 10 | ');

  const again = ['run', 'flip.json', '--seed', '7', '--epochs', '2', '--out', 'again', ...tiny];
  // No step of a run needs a folder for temporary files.
  const environment = { TMPDIR: '/no/such/folder' };
  expect((await runProgram(again, { folder, environment })).exitCode).toBe(0);
  const [repeated] = readResults(join(folder, 'again')).trials as DoneTrial[];
  expect(numbersOf(repeated)).toEqual(numbersOf(done[1]));
});

test('A trial that fails has its row and the code 1, and the others go on', async () => {
  const optimizer = { name: 'sgd', learningRate: 1000, momentum: 0.99 };
  const folder = await experimentFolder({
    'exploding.json': { preprocessing: [], training: { optimizer } },
    'fine.json': {},
  });
  const parameters = ['exploding.json', 'fine.json', '--epochs', '1', '--eager', ...tiny];
  const { exitCode, stdout, stderr } = await runProgram(['run', ...parameters], { folder });
  expect(exitCode).toBe(1);
  const reason = 'The training loss became NaN in step 3 of epoch 1.';
  expect(stdout).toContain(' failed: The training loss became NaN in step 3 of\n');
  expect(stdout).toMatch(/^fine .* 1 of 10 +\d+\.\d\d %/m);
  expect(stderr).toContain(
    `exploding: failed. ${reason} Hint: lower training.optimizer.learningRate, or scale the pixels (minmax or zscore).\n`,
  );
  expect(
    stderr.endsWith(
      '1 of 2 trials failed.\nHint: the table and results.json say why; "--retry-failed" trains them once more.\n',
    ),
  ).toBe(true);
  const { trials } = readResults(join(folder, 'results'));
  expect(trials).toMatchObject([{ status: 'failed', reason }, { status: 'done' }]);
  expect(trials[0]?.environment.execution).toBe('eager');
});

test('A run that is killed leaves the results of the trials that ended', async () => {
  const folder = await experimentFolder({
    'short.json': { training: { epochs: 1 } },
    'long.json': { training: { epochs: 100_000 } },
  });
  const parameters = ['run', 'short.json', 'long.json', '--limit', '200,100', '--device', 'cpu'];
  const child = spawn(process.execPath, [programFile, ...parameters], { cwd: folder });
  const ended = new Promise((resolve) => child.on('exit', (_, signal) => resolve(signal)));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (text.includes('long: epoch 1/')) child.kill('SIGKILL');
  });
  expect(await ended).toBe('SIGKILL');
  const out = join(folder, 'results');
  const { trials } = readResults(out);
  expect(trials).toMatchObject([{ status: 'done', experiment: { name: 'short' } }]);
  expect(readFileSync(join(out, 'table.md'), 'utf8')).toContain('| short | minmax |');
  expect(readdirSync(out)).toHaveLength(5);
});

test('Warnings about value ranges come before anything is trained', async () => {
  const folder = await temporaryFolder();
  const file = join(process.cwd(), 'experiments', 'photometric.json');
  const parameters = ['run', file, '--epochs', '1', ...tiny];
  const { exitCode, stdout, stderr } = await runProgram(parameters, { folder });
  expect(exitCode).toBe(0);
  const [warnings] = stderr.split('photometric (trial 1 of 1)');
  expect(
    warnings,
  ).toBe(`Warning: ${file}: preprocessing[1]: "random-brightness" is made for values from 0 to 255, received values from 0 to 1.
Hint: write {"name":"random-brightness","factor":0.2,"valueRange":[0,1]}.
Warning: ${file}: preprocessing[2]: "random-contrast" is made for values from 0 to 255, received values from 0 to 1.
Hint: write {"name":"random-contrast","factor":0.2,"valueRange":[0,1]}.
`);
  expect(stdout).toMatch(/^photometric .* 1 of 10 +\d+\.\d\d %/m);
});

describe('Before it trains it refuses', () => {
  test('a folder for results that cannot be written, with code 5', async () => {
    const folder = await experimentFolder({ 'a.json': {}, taken: {} });
    const result = await runProgram(['run', 'a.json', '--out', 'taken', ...tiny], { folder });
    expect(result).toEqual({
      exitCode: 5,
      stdout: '',
      stderr: `"taken" cannot be written: a part of the path is not a folder (ENOTDIR).
Hint: use another folder.
`,
    });
  });

  test('a folder of data that lacks files, with code 8', async () => {
    const folder = await experimentFolder({ 'a.json': {} });
    await mkdir(join(folder, 'mine'));
    await linkData(join(folder, 'mine'), ['test_batch.bin']);
    const parameters = ['run', 'a.json', '--data', 'mine', ...tiny];
    const { exitCode, stdout, stderr } = await runProgram(parameters, { folder });
    expect([exitCode, stdout]).toEqual([8, '']);
    expect(stderr).toContain('"mine/test_batch.bin" is missing.\n');
    expect(stderr).not.toContain('trial 1');
  });

  test('a GPU that is not there, with code 6', async () => {
    const folder = await experimentFolder({ 'a.json': {} });
    const environment = { CUDA_VISIBLE_DEVICES: '-1' };
    const parameters = ['run', 'a.json', '--device', 'gpu'];
    const { exitCode, stdout, stderr } = await runProgram(parameters, { folder, environment });
    expect([exitCode, stdout]).toEqual([6, '']);
    expect(stderr).toContain(
      'A GPU was asked for, but "nvidia-smi" shows none that may be used.\n',
    );
  });

  test('files that are not experiments, all at once, with code 2', async () => {
    const folder = await experimentFolder({
      'a.json': { training: { epochs: 0 } },
      'b.json': { modle: 1 },
    });
    const { exitCode, stdout, stderr } = await runProgram(['run', 'a.json', 'b.json', 'c.json'], {
      folder,
    });
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain('a.json: training.epochs must be more than 0, received 0.');
    expect(stderr).toContain('b.json: ');
    expect(stderr).toContain('c.json');
    expect(existsSync(join(folder, 'results'))).toBe(false);
  });

  const count = 'expected a whole number from 1 on';
  const seeds = 'expected different whole numbers with commas: 0,1,2';
  test.each([
    ['--epochs', '0', '--epochs <n>', count],
    ['--epochs', '2.5', '--epochs <n>', count],
    ['--epochs', 'ten', '--epochs <n>', count],
    ['--limit', '200,0', '--limit <train[,test]>', count],
    [
      '--limit',
      '1,2,3',
      '--limit <train[,test]>',
      'expected one number, or two with a comma: 5000,1000',
    ],
    ['--seed', '1,1', '--seed <n[,n...]>', seeds],
    ['--seed', '-1', '--seed <n[,n...]>', seeds],
    ['--seed', '2147483648', '--seed <n[,n...]>', seeds],
    ['--threads', '0', '--threads <n>', count],
  ])('%s %s, with code 2', async (flag, value, option, expected) => {
    const result = await runProgram(['run', 'a.json', `${flag}=${value}`]);
    expect(result).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: `Option '${option}' argument '${value}' is invalid: ${expected}.
Hint: add --help to see what there is.
`,
    });
  });

  test('fewer images than a batch has, with code 2', async () => {
    const folder = await experimentFolder({ 'a.json': {} });
    const { exitCode, stderr } = await runProgram(['run', 'a.json', '--limit', '20'], { folder });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(
      'training.batchSize must be at most the 20 images to train on, received 64.',
    );
  });
});

test('Its help names every option and has examples', async () => {
  const { exitCode, stdout } = await runProgram(['run', '--help']);
  expect(exitCode).toBe(0);
  const options = [
    '--quick',
    '--epochs',
    '--limit',
    '--seed',
    '--out',
    '--data',
    '--device',
    '--threads',
    '--eager',
    '--verbose',
    '--plugin',
  ];
  for (const option of options) expect(stdout).toContain(`\n  ${option}`);
  expect(stdout).toContain('$ prep-lab run experiments/*.json --quick');
});

test.skipIf(process.platform !== 'linux')(
  'A results or cache folder that cannot be made ends the command with 5, and does not hang it',
  async () => {
    const folder = await experimentFolder({ 'a.json': {} });
    const refused = (path: string) => ({
      exitCode: 5,
      stdout: '',
      stderr: `"${path}" cannot be written: "/proc" takes no new folders (ENOENT).\nHint: use another folder: --out names one for results, PREP_LAB_CACHE one for the engine and the data.\n`,
    });
    const parameters = ['run', 'a.json', ...tiny, '--out', '/proc/results'];
    expect(await runProgram(parameters, { folder })).toEqual(refused('/proc/results'));
    const environment = { HOME: '/proc', XDG_CACHE_HOME: '', PREP_LAB_CACHE: '' };
    expect(await runProgram(['data'], { folder, environment })).toEqual(refused('/proc/.cache'));
  },
);

test("A run overwrites no other program's results.json, with code 2 before anything is trained", async () => {
  const folder = await experimentFolder({ 'a.json': {}, 'results.json': { tests: 3 } });
  const before = readFileSync(join(folder, 'results.json'), 'utf8');
  const result = await runProgram(['run', 'a.json', '--out', '.', ...tiny], { folder });
  expect(result).toEqual({
    exitCode: 2,
    stdout: '',
    stderr:
      '"results.json" would be overwritten by the results, but prep-lab did not write it.\nHint: name another folder with --out, or move the file away.\n',
  });
  expect(readFileSync(join(folder, 'results.json'), 'utf8')).toBe(before);
  expect(readdirSync(folder).sort()).toEqual(['a.json', 'results.json']);
});
