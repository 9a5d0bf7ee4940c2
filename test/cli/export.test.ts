import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cacheFolder } from '../../src/storage/cache-folder.js';
import { runProgram } from './run-program.js';

let folder: string;
let trial: string;

/** Each layer that lists of layers know and each stage that has a counterpart in Keras and torchvision. */
const experiment = {
  preprocessing: [
    { name: 'resize', height: 12, width: 10 },
    'minmax',
    { name: 'normalize', mean: 0.5, std: 0.25 },
    { name: 'zscore', per: 'pixel', epsilon: 1e-3 },
    { name: 'pad', margin: 1 },
    { name: 'zca', imageCount: 100 },
    { name: 'random-flip', mode: 'horizontal' },
    { name: 'cutout', size: 4 },
  ],
  model: {
    name: 'layers',
    layers: [
      {
        type: 'conv2d',
        filters: 4,
        kernelSize: 2,
        strides: 2,
        padding: 'same',
        activation: 'gelu',
      },
      {
        type: 'residual',
        layers: [
          {
            type: 'conv2d',
            filters: 6,
            kernelSize: 3,
            strides: 2,
            padding: 'same',
            useBias: false,
          },
          { type: 'batch-normalization', center: false },
        ],
      },
      { type: 'activation', activation: 'leaky-relu' },
      { type: 'depthwise-conv2d', kernelSize: 3, padding: 'same', depthMultiplier: 2 },
      { type: 'average-pooling2d', poolSize: 3, strides: 2, padding: 'same' },
      { type: 'max-pooling2d', strides: 1, padding: 'same' },
      { type: 'scale', factor: 0.5 },
      { type: 'dropout', rate: 0.2 },
      { type: 'flatten' },
      { type: 'dense', name: 'wide', units: 8, activation: 'silu' },
      { type: 'batch-normalization' },
      { type: 'dense', units: 10 },
    ],
  },
  dataset: { trainLimit: 200, testLimit: 100 },
  training: { epochs: 1, validation: 'none', testViews: 'mirror-translate' },
};

/** The engine and the data of the user. */
const environment = { PREP_LAB_CACHE: cacheFolder() };
const run = (parameters: readonly string[]) => runProgram(parameters, { folder, environment });

/** Each starts TensorFlow. */
const slow = 300_000;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'export-'));
  await writeFile(join(folder, 'net.json'), JSON.stringify(experiment));
  const options = ['--keep-weights', '--no-diagnostics', '--seed', '0', '--out', 'kept'];
  const { exitCode, stderr } = await run(['run', 'net.json', ...options]);
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  const names = await readdir(join(folder, 'kept'));
  trial = join('kept', names.find((name) => name.startsWith('net-seed0')) ?? '');
}, slow);

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('prep-lab export', () => {
  test.each(['saved-model', 'tfjs'])(
    'writes a %s that judges the test images as prep-lab does',
    async (format) => {
      const out = `as-${format}`;
      const options = ['--to', format, '--out', out];
      const { exitCode, stdout, stderr } = await run(['export', trial, ...options]);
      expect(exitCode).toBe(0);
      expect(stderr).toBe(
        "Judging 100 test images by the trial's weights ...\nJudging them by the export ...\n",
      );
      expect(stdout).toMatch(
        /^net, seed 0 \(test accuracy [\d.]+ %\) as .* in ".*"\.\nChecked: 100 of 100 test images get the class that prep-lab gives them; probabilities differ by at most \S+ \(allowed: 1e-5\)\.\n$/,
      );
      const report = JSON.parse(await readFile(join(folder, out, 'export.json'), 'utf8'));
      expect(report).toMatchObject({
        format,
        input: { dtype: 'uint8', shape: [null, 32, 32, 3] },
        check: { images: 100, sameClass: 100, passed: true },
      });
      expect(report.classNames).toHaveLength(10);
      for (const file of report.files) await readFile(join(folder, out, file));
    },
    slow,
  );

  test.each([
    ['keras', 'PREP_LAB_KERAS_PYTHON'],
    ['torchvision', 'PREP_LAB_TORCHVISION_PYTHON'],
  ])(
    'writes code for %s, which its own check finds right',
    async (format, variable) => {
      const { exitCode, stdout } = await run(['export', trial, '--to', format, '--json']);
      expect(exitCode).toBe(0);
      const { folder: out, files, check } = JSON.parse(stdout);
      expect(files).toEqual(['model.py', 'weights.npz', 'check.py', 'check.npz']);
      expect(check).toEqual({ command: 'python check.py' });
      expect(await readFile(join(folder, out, 'model.py'), 'utf8')).toContain(
        '# Not here: "cutout"',
      );
      const python = process.env[variable];
      if (!python) {
        console.warn(`Not run in ${format}: ${variable} names no Python that has it.`);
        return;
      }
      const { stdout: said } = await promisify(execFile)(python, [join(folder, out, 'check.py')]);
      expect(said).toMatch(/^100 of 100 test images get the class that prep-lab gives them;/);
    },
    slow,
  );

  test('leaves a folder that is there alone', async () => {
    await mkdir(join(folder, 'mine'));
    expect(await run(['export', trial, '--to', 'tfjs', '--out', 'mine'])).toEqual({
      exitCode: 2,
      stdout: '',
      stderr:
        '"mine" is there already; an export overwrites nothing.\nHint: name another folder with --out, or delete this one.\n',
    });
    expect(await readdir(join(folder, 'mine'))).toEqual([]);
  });

  test('names a trial where it is given a results folder', async () => {
    expect(await run(['export', 'kept', '--to', 'tfjs'])).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: `"kept" must be a trial's folder, with a result in it.\nHint: name one of its 1, such as "${trial}".\n`,
    });
  });

  test('says that a trial kept no weights', async () => {
    const without = trial.replace('kept', 'without');
    await cp(join(folder, trial, 'result'), join(folder, without, 'result'), { recursive: true });
    expect(await run(['export', without, '--to', 'keras'])).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: `The trial in "${without}" kept no weights.\nHint: train it with "prep-lab run ... --keep-weights --force".\n`,
    });
  });
});
