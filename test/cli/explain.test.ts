import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import type { Advice } from '../../src/look/checks/check.js';
import type { Explanation } from '../../src/look/explain/explanation.js';
import { applyFix } from '../look/checks/apply-fix.js';
import { temporaryFolder } from '../temporary-folder.js';
import { loadedModules, runProgram } from './run-program.js';

const photometric = resolve('experiments/photometric.json');
const photometricFixed = resolve('experiments/photometric-fixed.json');

test('photometric.json: the cause and the fix are named, and pasting the fix makes it silent', async () => {
  const folder = await temporaryFolder();
  const first = await runProgram(['explain', photometric, '--json']);
  expect({ exitCode: first.exitCode, stderr: first.stderr }).toEqual({ exitCode: 0, stderr: '' });
  const advice: Advice[] = JSON.parse(first.stdout).experiments[0].advice;
  expect(advice.map(({ check }) => check)).toEqual(['value-range', 'value-range']);
  expect(advice[0]?.text).toMatch(
    /^preprocessing\[1\]: "random-brightness" is made for values from 0 to 255, received values from 0 to 1\. Of 500 training images, 5\d % are one colour/,
  );
  let content = JSON.parse(await readFile(photometric, 'utf8'));
  for (const { fix } of advice) content = fix ? applyFix(content, fix) : content;
  await writeFile(join(folder, 'mended.json'), JSON.stringify(content));
  const second = await runProgram(['explain', 'mended.json', '--strict'], { folder });
  expect(second.exitCode).toBe(0);
  expect(second.stdout).toContain('\nNo warnings.\n');
}, 120_000);

test('photometric-fixed.json: no warnings', async () => {
  const { exitCode, stdout, stderr } = await runProgram(['explain', photometricFixed, '--strict']);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toMatch(/^ {2}all +167,562 +4,040,704$/m);
  expect(stdout.endsWith('\nNo warnings.\n')).toBe(true);
}, 120_000);

test('without measuring the range error is named too, and --strict fails', async () => {
  const parameters = ['explain', photometric, '--no-measure'];
  const { exitCode, stdout } = await runProgram(parameters);
  expect(exitCode).toBe(0);
  expect(stdout).toContain(
    'Fix: write preprocessing[1] as\n  {"name":"random-brightness","factor":0.2,"valueRange":[0,1]}\n',
  );
  const strict = await runProgram([...parameters, '--strict']);
  expect(strict).toEqual({
    exitCode: 3,
    stdout,
    stderr:
      'There are 2 warnings.\nHint: each is told above with its fix; without --strict they do not fail.\n',
  });
});

test('what cannot be measured is told with its file, and the others are explained', async () => {
  const folder = await temporaryFolder();
  const optimizer = { name: 'sgd', learningRate: 0.05, momentum: 0.9, nesterov: true };
  const diverging = { model: 'baseline', training: { optimizer } };
  await writeFile(join(folder, 'diverging.json'), JSON.stringify(diverging));
  const parameters = ['explain', 'diverging.json', photometricFixed];
  const text = await runProgram(parameters, { folder });
  expect(text.exitCode).toBe(1);
  expect(text.stderr).toMatch(
    /^diverging\.json: The training loss became NaN in step \d+ of epoch 1\.\nHint: lower /,
  );
  expect(text.stdout).toMatch(
    /^diverging\.json: diverging\n.*\nWithout measuring: .*photometric-fixed\.json: .*\nTime on this machine: /s,
  );
  const json = await runProgram([...parameters, '--json'], { folder });
  expect({ exitCode: json.exitCode, stderr: json.stderr }).toEqual({
    exitCode: 1,
    stderr: text.stderr,
  });
  const { experiments } = JSON.parse(json.stdout);
  expect(experiments.map(({ time }: Explanation) => time !== undefined)).toEqual([false, true]);
}, 120_000);

test('without measuring no TensorFlow is loaded', async () => {
  const modules = await loadedModules(['explain', photometric, '--no-measure']);
  expect(modules.some((url) => url.includes('/dist/look/checks/'))).toBe(true);
  expect(modules.filter((url) => url.includes('@tensorflow'))).toEqual([]);
});
