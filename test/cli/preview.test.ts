import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { decode } from 'fast-png';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../temporary-folder.js';
import { runProgram } from './run-program.js';

const photometric = resolve('experiments/photometric.json');
const minmax = resolve('experiments/minmax.json');

test('the same seed gives the same bytes, and the numbers say what the pictures show', async () => {
  const folder = await temporaryFolder();
  const parameters = ['preview', photometric, '--images', '2', '--export-json', 'numbers.json'];
  const one = await runProgram([...parameters, '-o', 'one.png'], { folder });
  const other = await runProgram([...parameters, '-o', 'sheets/'], { folder });
  expect([one.exitCode, other.exitCode, one.stdout]).toEqual([0, 0, '']);
  expect(one.stderr).toContain('The preview is in "one.png".\n');
  const png = await readFile(join(folder, 'one.png'));
  expect(png.equals(await readFile(join(folder, 'sheets/photometric.png')))).toBe(true);
  expect(decode(png).width).toBeGreaterThan(1000);
  const { previews } = JSON.parse(await readFile(join(folder, 'numbers.json'), 'utf8'));
  const shares = previews[0].columns.map(
    ({ statistics }: { statistics: { aboveShare: number } }) => statistics.aboveShare,
  );
  expect(shares.slice(0, 2)).toEqual([0, 0]);
  expect(shares[2]).toBeGreaterThan(0.4);
}, 120_000);

test('several sheets stand below one another, also on stdout', async () => {
  const folder = await temporaryFolder();
  const { exitCode, stdout } = await runProgram(
    ['preview', minmax, photometric, '--images', '1', '--inline', 'iterm2'],
    { folder },
  );
  expect(exitCode).toBe(0);
  expect(stdout.split('\u0007')).toHaveLength(3);
}, 120_000);

test.each([
  [
    ['-o', 'a.json'],
    '--out must end in ".png" or be a folder, received "a.json".\nHint: write --out "a.json.png", or --out "a.json/" for one file an experiment.\n',
  ],
  [
    ['--inline'],
    '--inline needs a terminal, but stdout is not one.\nHint: write the sheet to a file with "-o preview.png", or name the protocol: --inline kitty.\n',
  ],
  [
    ['--images', '0'],
    "Option '--images <n>' argument '0' is invalid: expected a whole number from 1 to 100.\nHint: add --help to see what there is.\n",
  ],
])('%j is wrong usage', async (parameters, stderr) => {
  const result = await runProgram(['preview', minmax, ...parameters]);
  expect(result).toEqual({ exitCode: 2, stdout: '', stderr });
});
