import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../temporary-folder.js';
import { runProgram } from './run-program.js';

const study = join(process.cwd(), 'results/study');
const withoutDiagnostics = join(process.cwd(), 'test/golden/results/version-1.json');

describe('prep-lab plot', () => {
  test('lists the figures', async () => {
    const { exitCode, stdout } = await runProgram(['plot']);
    expect(exitCode).toBe(0);
    expect(stdout.split('\n').slice(0, 3)).toEqual([
      'accuracy         Test accuracy',
      'differences      Differences in test accuracy',
      'race             The race',
    ]);
  });

  test('draws an SVG under the name of the figure', async () => {
    const folder = await temporaryFolder();
    const { exitCode, stderr } = await runProgram(['plot', 'learning-curves', study], { folder });
    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: 'The figure is in "learning-curves.svg".\n',
    });
    const svg = await readFile(join(folder, 'learning-curves.svg'), 'utf8');
    expect(svg).toMatch(/^<svg .*photometric-fixed/s);
  });

  test('draws a PNG, and Vega-Lite that others can draw', async () => {
    const folder = await temporaryFolder();
    const parameters = ['plot', 'differences', study, '--control', 'minmax', '-o'];
    await runProgram([...parameters, 'a.png'], { folder });
    await runProgram([...parameters, 'a.vl.json'], { folder });
    expect((await readFile(join(folder, 'a.png'))).subarray(1, 4).toString()).toBe('PNG');
    const spec = JSON.parse(await readFile(join(folder, 'a.vl.json'), 'utf8'));
    expect(spec.$schema).toBe('https://vega.github.io/schema/vega-lite/v6.json');
  });

  test.each([
    {
      parameters: ['learning-curve', study],
      stderr: 'There is no figure "learning-curve".\nHint: did you mean "learning-curves"?\n',
    },
    {
      parameters: ['calibration', withoutDiagnostics],
      stderr: `"${withoutDiagnostics}" has nothing that the figure "calibration" shows.\nHint: it needs finished trials, and for all but accuracy and curves their diagnostics.\n`,
    },
    {
      parameters: ['differences', study],
      stderr: `"${study}" has nothing that the figure "differences" shows.\nHint: name the experiment to compare with, for example --control minmax.\n`,
    },
    {
      parameters: ['search', study],
      stderr: `"${study}" has nothing that the figure "search" shows.\nHint: it needs a search that is done, and its search.json beside the results: docs/search.md.\n`,
    },
    {
      parameters: ['accuracy', study, '-o', 'a.gif'],
      stderr:
        'The file of a figure must end in .svg, .png or .vl.json, received "a.gif".\nHint: for example -o figure.svg.\n',
    },
  ])('refuses $parameters', async ({ parameters, stderr }) => {
    const folder = await temporaryFolder();
    const refused = await runProgram(['plot', ...parameters], { folder });
    expect(refused).toEqual({ exitCode: 2, stdout: '', stderr });
  });
});
