import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { renderMarkdownTable } from '../../../src/report/markdown-table.js';
import { openTrialStore } from '../../../src/runner/store/trial-store.js';
import { doneTrial, resultsOf } from '../../report/results.js';
import { temporaryFolder } from '../../temporary-folder.js';

const results = resultsOf(doneTrial());
const own = JSON.stringify(results, null, 2);
const table = renderMarkdownTable(results);

test.each([
  ['nothing', {}],
  ['both files', { 'results.json': own, 'table.md': table }],
  ['results alone', { 'results.json': own }],
  ['a table alone', { 'table.md': table }],
  [
    'a table before anything is done',
    { 'table.md': renderMarkdownTable({ ...results, trials: [] }) },
  ],
  [
    'results of version 1',
    { 'results.json': readFileSync('test/golden/results/version-1.json', 'utf8') },
  ],
  ['results that were cut off', { 'results.json': own.slice(0, 100) }],
  ['results that were edited', { 'results.json': `\uFEFF ${own.replaceAll(':', ' :')} //` }],
  ['results on one line', { 'results.json': JSON.stringify(results) }],
  ['a table with a note of the user', { 'table.md': `${table}\n\nA note.` }],
  ['empty files', { 'results.json': '', 'table.md': '' }],
  ['files of other names', { 'result.json': '{}', 'README.md': '# Mine' }],
])('a results folder with %s is taken', async (_, files) => {
  const folder = await temporaryFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  await expect(openTrialStore(folder)).resolves.toBeDefined();
});

test('trials without a summary are a results folder', async () => {
  const folder = await temporaryFolder();
  mkdirSync(join(folder, doneTrial().id, 'result'), { recursive: true });
  await expect(openTrialStore(folder)).resolves.toBeDefined();
});

test.each([
  ['results.json', '{"passed": 12, "failed": 0}'],
  ['results.json', '[]'],
  ['results.json', 'no JSON'],
  ['results.json', '{"note": "prep-lab results"}'],
  ['results.json', '\0'.repeat(5000)],
  ['table.md', '# My table\n\n# Test accuracy of 3 experiments'],
  ['table.md', ' '],
])('a foreign %s (%j) is refused, and nothing is touched', async (name, text) => {
  const folder = await temporaryFolder();
  const leftover = `.tmp-${name}.1_2_3_4_5.abcdabcd`;
  writeFileSync(join(folder, name), text);
  writeFileSync(join(folder, leftover), '');
  const [other] = ['results.json', 'table.md'].filter((each) => each !== name);
  writeFileSync(join(folder, `${other}`), other === 'table.md' ? table : own);
  await expect(openTrialStore(folder)).rejects.toThrow(
    expect.objectContaining({
      message: `"${join(folder, name)}" would be overwritten by the results, but prep-lab did not write it.`,
      hint: 'name another folder with --out, or move the file away.',
      exitCode: 2,
    }),
  );
  expect(readFileSync(join(folder, name), 'utf8')).toBe(text);
  expect(readdirSync(folder).sort()).toEqual([leftover, 'results.json', 'table.md'].sort());
});

test('what is no file is refused at once', async () => {
  const folder = await temporaryFolder();
  mkdirSync(join(folder, 'a', 'results.json'), { recursive: true });
  mkdirSync(join(folder, 'b'));
  execFileSync('mkfifo', [join(folder, 'b', 'table.md')]);
  mkdirSync(join(folder, 'c'));
  symlinkSync('results.json', join(folder, 'c', 'results.json'));
  for (const [place, reason] of [
    ['a/results.json', 'it is not a file'],
    ['b/table.md', 'it is not a file'],
    ['c/results.json', 'it cannot be read (ELOOP)'],
  ]) {
    const [name = ''] = `${place}`.split('/');
    await expect(openTrialStore(join(folder, name))).rejects.toThrow(
      `"${folder}/${place}" would be overwritten by the results, but ${reason}.`,
    );
  }
});
