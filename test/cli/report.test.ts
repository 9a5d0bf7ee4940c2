import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'node-html-parser';
import { describe, expect, test } from 'vitest';
import { cifar10Files } from '../../src/cifar10/cifar10.js';
import { writeSealedFolder } from '../../src/storage/sealed-folder.js';
import { cachedData } from '../cifar10/cached-data.js';
import { doneTrial, experiment, resultsOf } from '../report/results.js';
import { temporaryFolder } from '../temporary-folder.js';
import { loadedModules, runProgram } from './run-program.js';

const study = join(process.cwd(), 'results/study');

describe('prep-lab report', () => {
  test('writes one page of stored results', async () => {
    const folder = await temporaryFolder();
    const parameters = ['report', study, '--no-pictures', '--control', 'minmax'];
    const { exitCode, stdout, stderr } = await runProgram(parameters, { folder });
    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: 'The report is in "report.html".\n',
    });
    const text = await readFile(join(folder, 'report.html'), 'utf8');
    const page = parse(text);
    expect(page.querySelector('h1')?.text).toBe('7 experiments on CIFAR-10');
    expect(page.text).toContain('minmax (control)');
    expect(page.text).toContain('Pictures were switched off.');
  });

  test('writes to stdout, and loads no TensorFlow without pictures', async () => {
    const parameters = ['report', `${study}/results.json`, '--no-pictures', '-o', '-'];
    const { stdout, stderr } = await runProgram(parameters);
    expect(stdout).toMatch(/^<!doctype html>.*<\/html>\n$/s);
    expect(stderr).toBe('');
    const modules = await loadedModules(parameters);
    expect(modules.filter((url) => url.includes('@tensorflow'))).toEqual([]);
  });

  test('shows pipelines and misclassified images where data and predictions are there', async () => {
    const { folder, data } = await resultsWithPredictions();
    const { exitCode, stderr } = await runProgram(['report', '.', '--data', data], { folder });
    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: 'The report is in "report.html".\n',
    });
    const page = parse(await readFile(join(folder, 'report.html'), 'utf8'));
    const texts = page.querySelectorAll('img').map((image) => image.getAttribute('alt'));
    const steps = page.querySelectorAll('.draws').map((step) => step.getAttribute('aria-label'));
    expect(steps).toEqual([
      'Training images (airplane, automobile, bird and cat), original',
      'Training images (airplane, automobile, bird and cat), [0] minmax',
    ]);
    expect(texts.filter((text) => text?.startsWith('Test image '))).not.toHaveLength(0);
    expect(page.text).toContain('of 100 test images wrong (90.00 %)');
  });

  test('says what it lacks for pictures', async () => {
    const folder = await temporaryFolder();
    const environment = { PREP_LAB_CACHE: folder };
    const { exitCode } = await runProgram(['report', study], { folder, environment });
    expect(exitCode).toBe(0);
    const text = await readFile(join(folder, 'report.html'), 'utf8');
    expect(text).toContain('There are no pictures: CIFAR-10 is not here.');
  });

  test('refuses what is not a results folder', async () => {
    const folder = await temporaryFolder();
    const { exitCode, stderr } = await runProgram(['report', '.'], { folder });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('results.json');
  });
});

/** One trial of 100 test images that answers "airplane" to all. */
async function resultsWithPredictions() {
  const data = await cachedData();
  const limited = experiment({
    dataset: { name: 'cifar10', testLimit: 100 },
    preprocessing: [{ name: 'minmax' }],
  });
  const dataSha256 = Object.fromEntries(cifar10Files.map(({ name, sha256 }) => [name, sha256]));
  const trial = doneTrial({
    experiment: limited,
    imageCounts: { train: 50_000, validation: 0, test: 100 },
    dataSha256,
  });
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'results.json'), JSON.stringify(resultsOf(trial)));
  await mkdir(join(folder, trial.id));
  await writeSealedFolder(join(folder, trial.id, 'result'), {
    kind: 'result',
    key: trial.key,
    files: { 'trial.json': JSON.stringify(trial), 'predictions.bin': new Uint8Array(100) },
  });
  return { folder, data };
}
