import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stages } from '../../src/stages/list.js';
import { temporaryFolder } from '../temporary-folder.js';
import { loadedModules, runProgram } from './run-program.js';

/** What a shell would offer for the last word. */
async function complete(words: readonly string[], folder = process.cwd()): Promise<string[]> {
  const { stdout, stderr, exitCode } = await runProgram(['complete', '--', ...words], { folder });
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  const lines = stdout.split('\n').map((line) => line.split('\t')[0] ?? '');
  return lines.filter((line) => line !== '' && !line.startsWith(':'));
}

test.each([
  [['comp'], ['compare', 'completion']],
  [['run', '--dev'], ['--device']],
  [
    ['run', '--device', ''],
    ['auto', 'cpu', 'gpu'],
  ],
  [
    ['compare', '--format', 'j'],
    ['json', 'junit'],
  ],
  [['run', '--epochs', ''], []],
  [
    ['completion', ''],
    ['bash', 'zsh', 'fish'],
  ],
  [['plot', 'cal'], ['calibration']],
  [['list', 'conv'], ['conv2d']],
  [
    ['compare', 'results/record'],
    ['results/record', 'results/record-gpu'],
  ],
  [['compare', 'results/study', 'results/w'], ['results/why']],
  [
    ['validate', 'experiments/ph'],
    ['experiments/photometric-fixed.json', 'experiments/photometric.json'],
  ],
])('%j is completed', async (words, expected) => {
  expect(await complete(words)).toEqual(expected);
});

test('every stage is offered to list, and each command but the one for shells', async () => {
  const offered = await complete(['list', '']);
  expect(offered).toEqual(expect.arrayContaining(stages.map(({ name }) => name)));
  const commands = await complete(['']);
  expect(commands).toContain('run');
  expect(commands).not.toContain('complete');
});

test('experiments are found in the folder and those below it, by file and by name', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'mine', 'old'), { recursive: true });
  for (const file of ['package.json', 'mine/flip.json', 'mine/old/turn.json', 'mine/notes.md']) {
    await writeFile(join(folder, file), '{}');
  }
  expect(await complete(['run', ''], folder)).toEqual(['mine/flip.json', 'mine/old/turn.json']);
  expect(await complete(['run', 'mine/flip.json', '--control', ''], folder)).toEqual([
    'flip',
    'turn',
  ]);
  expect(await complete(['run', 'nowhere/'], folder)).toEqual([]);
});

test.each(['bash', 'zsh', 'fish'])('the script for %s asks prep-lab', async (shell) => {
  const { stdout, stderr, exitCode } = await runProgram(['completion', shell]);
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  expect(stdout).toContain('prep-lab complete --');
});

test('a Tab loads neither TensorFlow nor the schemas', async () => {
  const modules = await loadedModules(['complete', '--', 'run', '--d']);
  expect(modules.filter((url) => /tfjs|zod|vega/.test(url))).toEqual([]);
});

test('another shell is wrong usage', async () => {
  expect(await runProgram(['completion', 'tcsh'])).toEqual({
    exitCode: 2,
    stdout: '',
    stderr:
      "Command-argument value 'tcsh' is invalid for argument 'shell'. Allowed choices are bash, zsh, fish.\nHint: add --help to see what there is.\n",
  });
});
