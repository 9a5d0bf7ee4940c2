import { parse } from 'node-html-parser';
import { expect, test } from 'vitest';
import { renderHtml } from '../../../src/report/export/html.js';
import { hostileName } from '../gate/reports.js';
import { doneTrial, experiment, failedTrial, resultsOf } from '../results.js';

test('the page holds the title, the table and the notes, and no scripts', () => {
  const page = parse(renderHtml(resultsOf(doneTrial(), failedTrial())));
  expect(page.querySelector('title')?.text).toBe(
    'Test accuracy of 1 experiment on CIFAR-10, seed 0',
  );
  const rows = page.querySelectorAll('tbody tr').map((row) => {
    return row.querySelectorAll('th, td').map((cell) => cell.text);
  });
  expect(rows.map(([name]) => name)).toEqual(['raw, seed 0', 'raw']);
  expect(rows[0]).toContain('58.84 %');
  expect(rows[1]).toContain('failed: The loss is no longer finite (epoch 3).');
  expect(page.querySelectorAll('thead th')).toHaveLength(rows[0]?.length ?? 0);
  expect(page.querySelectorAll('li').length).toBeGreaterThan(1);
  expect(page.querySelectorAll('script')).toEqual([]);
});

test('the page has every row of a long table', () => {
  const trials = Array.from({ length: 501 }, (_, index) =>
    doneTrial({ experiment: experiment({ name: `raw-${index}` }) }),
  );
  expect(parse(renderHtml(resultsOf(...trials))).querySelectorAll('tbody tr')).toHaveLength(501);
});

test('hostile texts are text', () => {
  const summary = { preprocessing: hostileName, model: hostileName };
  const hostile = experiment({
    name: hostileName,
    published: { testAccuracy: 1, source: hostileName },
  });
  const page = parse(
    renderHtml(
      resultsOf(
        doneTrial({ experiment: hostile, summary }),
        failedTrial({ experiment: hostile, summary, reason: hostileName }),
      ),
    ),
  );
  expect(page.querySelectorAll('img, a, script, iframe')).toEqual([]);
  expect(page.querySelectorAll('tbody tr')).toHaveLength(2);
});
