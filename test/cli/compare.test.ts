import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { longestComment } from '../../src/report/gate/markdown.js';
import type { TrialResult } from '../../src/results/result.js';
import { minmax } from '../analysis/gate/sides.js';
import { resultsOf } from '../report/results.js';
import { temporaryFolder } from '../temporary-folder.js';
import { loadedModules, runProgram } from './run-program.js';

const fine = minmax([0.68, 0.69, 0.7, 0.69]);
const worse = minmax([0.18, 0.19, 0.2, 0.2]);

/** Writes "base.json" and the folder "head" with results.json, and returns the folder of both. */
async function writeSides(head: readonly TrialResult[], base: readonly TrialResult[] = fine) {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'head'));
  await writeFile(join(folder, 'base.json'), JSON.stringify(resultsOf(...base)));
  await writeFile(join(folder, 'head', 'results.json'), JSON.stringify(resultsOf(...head)));
  return folder;
}

const compare = async (folder: string, ...options: readonly string[]) =>
  runProgram(['compare', 'base.json', 'head', ...options], { folder });

test('what is no worse passes with code 0, without loading TensorFlow', async () => {
  const folder = await writeSides(fine);
  const { exitCode, stdout, stderr } = await compare(folder);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toMatch(
    /^base: base\.json\nhead: head\n\nexperiment .*\nminmax .* no difference$/m,
  );
  const modules = await loadedModules(['compare', `${folder}/base.json`, `${folder}/head`]);
  expect(modules.filter((url) => url.includes('tfjs'))).toEqual([]);
});

test('what is worse fails with code 3 and says so on stderr too', async () => {
  const { exitCode, stdout, stderr } = await compare(await writeSides(worse));
  expect(exitCode).toBe(3);
  expect(stdout).toContain('-49.75');
  expect(stderr).toBe(
    'The comparison fails: 1 worse; 1 in all.\nHint: the output says why; --allow names what may differ.\n',
  );
});

test('--figure draws the differences; the comment says what the head alone has', async () => {
  const folder = await writeSides(worse);
  const written = await compare(folder, '--figure', 'differences.svg', '--format', 'markdown');
  expect(written.exitCode).toBe(3);
  expect(written.stdout).toContain(
    '\n**Found in the head and not in the base**\n- minmax: Test accuracy 19.25 %, training accuracy 60.00 %: guessing gives 10 %.\n',
  );
  expect(readFileSync(join(folder, 'differences.svg'), 'utf8')).toContain('minmax -49.75');
});

test('--figure that is no picture, or over what is read, is refused before anything is done', async () => {
  const folder = await writeSides(worse);
  expect(await compare(folder, '--figure', 'differences.pdf')).toEqual({
    exitCode: 2,
    stdout: '',
    stderr:
      'The file of --figure must end in .svg or .png, received "differences.pdf".\nHint: for example --figure differences.png.\n',
  });
  const nothing = await writeSides(minmax([0.7], { name: 'other' }));
  const { stderr } = await compare(nothing, '--figure', 'differences.png');
  expect(stderr).toMatch(/^There is no figure: nothing could be compared\.\n/);
  expect(existsSync(join(nothing, 'differences.png'))).toBe(false);
});

test('a missing seed fails with code 3, unless it is allowed', async () => {
  const folder = await writeSides(fine.slice(1));
  expect((await compare(folder)).exitCode).toBe(3);
  expect((await compare(folder, '--allow', 'epochs,seeds')).exitCode).toBe(0);
});

test.each([
  ['missing', undefined, /^head: the folder has no results\.json\.\n/],
  ['cut off', '{"format": "prep-lab results", "ver', /^head\/results\.json: .*ends too early/],
  ['empty', '', /^head\/results\.json: the file is empty\./],
  ['no results', '{"a": 1}', /^head\/results\.json: these are no results of prep-lab\./],
  [
    'of a newer schema',
    '{"format": "prep-lab results", "version": 99, "trials": []}',
    /^head\/results\.json: it was made by a newer prep-lab \(version 99/,
  ],
])('a file that is %s is unusable input, with code 2', async (_, content, message) => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'head'));
  await writeFile(join(folder, 'base.json'), JSON.stringify(resultsOf(...fine)));
  if (content !== undefined) await writeFile(join(folder, 'head', 'results.json'), content);
  const { exitCode, stdout, stderr } = await compare(folder);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toMatch(message);
});

test('results that were edited are unusable input, with code 2 and the place', async () => {
  const [first, ...rest] = fine;
  const shorter = { ...first, history: first?.history.slice(0, 4) } as TrialResult;
  const { exitCode, stdout, stderr } = await compare(await writeSides([...rest, shorter]));
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toBe(
    'head/results.json: trials[3].history must have 10 epochs, received 4.\nHint: the file was damaged or edited; restore it, or run again.\n',
  );
});

test('a drop with too few seeds fails with code 3 and says so on stderr too', async () => {
  const moved = minmax([0.681, 0.691, 0.699, 0.69], { name: 'moved' });
  const other = minmax([0.68, 0.69, 0.7, 0.69], { name: 'moved' });
  const dropped = minmax([0.676, 0.662, 0.682, 0.672]);
  const folder = await writeSides([...dropped, ...moved], [...fine, ...other]);
  const { exitCode, stdout, stderr } = await compare(folder);
  expect(exitCode).toBe(3);
  expect(stdout).toMatch(
    / 4 seeds {2}too few, fails\n {4}Too few seeds: -1\.70 points are significant alone/,
  );
  expect(stderr).toBe(
    'The comparison fails: 1 too few to tell; 2 in all.\nHint: the output says why, and how many seeds would do; --allow names what may differ.\n',
  );
});

test.each([
  [['--threshold', '1'], 'expected percentage points, such as 1pp or 0.5pp.'],
  [['--alpha', '5'], 'expected a number between 0 and 1, such as 0.05.'],
  [['--allow', 'epoch'], 'expected one or more of data, epochs, preprocessing, '],
  [['--format', 'xml'], 'table, markdown, json, csv, github, junit'],
  [['--summary'], '--summary needs GITHUB_STEP_SUMMARY to name a file.'],
])('%j is wrong usage, with code 2', async (options, message) => {
  const folder = await writeSides(fine);
  const parameters = ['compare', 'base.json', 'head', ...options];
  const environment = { GITHUB_STEP_SUMMARY: '' };
  const { exitCode, stdout, stderr } = await runProgram(parameters, { folder, environment });
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toContain(message);
});

test('--json is --format json, and not beside another format', async () => {
  const folder = await writeSides(fine);
  const { stdout } = await compare(folder, '--json');
  expect(stdout).toBe((await compare(folder, '--format', 'json')).stdout);
  expect(JSON.parse(stdout)).toMatchObject({ passes: true });
  expect((await compare(folder, '--json', '--format', 'csv')).exitCode).toBe(2);
});

test('the summary is appended as Markdown beside the format that is printed', async () => {
  const folder = await writeSides(worse);
  const file = join(folder, 'summary.md');
  await writeFile(file, 'before\n');
  const parameters = ['compare', 'base.json', 'head', '--format', 'json', '--summary'];
  const environment = { GITHUB_STEP_SUMMARY: file };
  const { exitCode, stdout } = await runProgram(parameters, { folder, environment });
  expect(exitCode).toBe(3);
  expect(JSON.parse(stdout)).toMatchObject({ passes: false });
  const summary = readFileSync(file, 'utf8');
  expect(summary).toMatch(/^before\n<!-- prep-lab compare -->\n### prep-lab compare: fails\n/);
});

test('10,000 trials a side are read, compared and fit into a comment', async () => {
  const arms = Array.from({ length: 2000 }, (_, arm) =>
    minmax([0.66, 0.67, 0.66, 0.68, 0.665], { name: `arm-${arm}` }),
  );
  const folder = await writeSides(arms.flat(), arms.flat());
  const { exitCode, stdout } = await compare(folder, '--format', 'markdown');
  expect(exitCode).toBe(0);
  expect(stdout.length).toBeLessThanOrEqual(longestComment);
});
