import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { pages, renderPage } from '../../../build/docs/pages.js';
import { listResultsTables, renderResultsTable } from '../../../build/docs/results-tables.js';
import { readStudyCells, renderStudyTable } from '../../../build/docs/study.js';
import { listExitCodes } from '../../../src/cli/exit-code-table.js';

test.each(Object.keys(pages))('%s shows what the program of today gives', async (page) => {
  expect(readFileSync(page, 'utf8')).toBe(await renderPage(page));
});

test.each(await listResultsTables())('$file has the words of today', async ({ name, file }) => {
  expect(readFileSync(file, 'utf8')).toBe(await renderResultsTable(name));
});

test("the study's table has every shipped experiment, and an accuracy where results/study has one", async () => {
  const cells = await readStudyCells();
  const lines = (await renderStudyTable()).split('\n').filter((line) => line.startsWith('| '));
  const rows = lines.slice(2).map((line) => line.split(' | '));
  const accuracies = new Map(rows.map(([name = '', , , accuracy]) => [name.slice(2), accuracy]));
  expect([...accuracies.keys()].sort()).toEqual([
    'combined',
    'geometric',
    'minmax',
    'photometric',
    'photometric-fixed',
    'raw',
    'zscore',
  ]);
  for (const [name, accuracy] of accuracies) {
    expect([name, accuracy]).toEqual([name, cells.get(name)?.['test accuracy'] ?? '-']);
  }
});

test('docs/exit-codes.md tells the exit codes as the help does', () => {
  const text = readFileSync('docs/exit-codes.md', 'utf8');
  const rows = [...text.matchAll(/^\| (\d+) \| (.*) \|$/gm)].map(([, code, meaning = '']) => ({
    code: Number(code),
    meaning: meaning.replaceAll('`', ''),
  }));
  expect(rows).toEqual(listExitCodes());
});
