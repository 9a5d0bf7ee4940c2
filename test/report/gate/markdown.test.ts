import { expect, test } from 'vitest';
import {
  commentMarker,
  longestComment,
  renderGateMarkdown,
} from '../../../src/report/gate/markdown.js';
import { hostileName, mixedReport, named, reportOf } from './reports.js';

test('the comment has the marker, what fails first, and folds for the rest', () => {
  const text = renderGateMarkdown(mixedReport());
  expect(text.split('\n').slice(0, 12)).toEqual([
    commentMarker,
    '### prep-lab compare: fails',
    '',
    'head against base. Fails: 3 of 3 experiments.',
    '',
    '| experiment | base | head | difference | 95 % interval | n | verdict |',
    '| --- | ---: | ---: | ---: | ---: | ---: | --- |',
    '| worse | 69.0 ± 0.8 % | 51.2 ± 1.0 % | -17.75 | -18.55 to -16.95 | 4 seeds | worse, fails |',
    '| same | 69.0 ± 0.8 % | 69.0 ± 0.8 % | 0.00 | identical | 4 seeds | no difference, fails<br>testAccuracy \\>= 0.7: 0.69, fails. |',
    '| lost | 69.0 ± 0.8 % | 69.3 ± 0.6 % | - | - | - | not comparable, fails<br>Seed 0 is missing in head. (--allow seeds) |',
    '',
    '<details><summary>What differs (1)</summary>',
  ]);
});

test('where all pass the table is open; where some fail, what passes is folded', () => {
  const same = named('same', [0.7, 0.71]);
  expect(renderGateMarkdown(reportOf(same, same))).not.toContain('<details>');
  const report = reportOf(
    [...same, ...named('worse', [0.7, 0.71, 0.7])],
    [...same, ...named('worse', [0.2, 0.21, 0.2])],
  );
  expect(renderGateMarkdown(report)).toContain('<details><summary>1 that pass</summary>');
});

test.each([3, 300, 3000])(
  '%d experiments that fail and as many that pass fit into a comment',
  (count) => {
    const names = Array.from({ length: count }, (_, index) => `${index}-${'long'.repeat(15)}`);
    const fine = names.flatMap((name) => named(`fine-${name}`, [0.7]));
    const base = [...fine, ...names.flatMap((name) => named(`lost-${name}`, [0.7, 0.7]))];
    const head = [...fine, ...names.flatMap((name) => named(`lost-${name}`, [0.7]))];
    const text = renderGateMarkdown(reportOf(base, head));
    expect(text.length).toBeLessThanOrEqual(longestComment);
    const shown = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
    const omitted = [...text.matchAll(/([\d,]+) more: too long for a comment/g)];
    const said = omitted.reduce((sum, [, more = '']) => sum + Number(more.replace(',', '')), 0);
    expect(shown(/^\| fine-/gm) + shown(/^\| lost-/gm) + said).toBe(2 * count);
    expect(text).toContain(`Fails: ${count.toLocaleString('en-US')} of `);
  },
);

test('a hostile name is text: no HTML, no mention, no reference to an issue', () => {
  const trials = named(hostileName, [0.7, 0.71]);
  const text = renderGateMarkdown(reportOf(trials, named('other', [0.7])));
  expect(text).toContain('\\<img src=x onerror=alert(1)\\>');
  expect(text).not.toMatch(/@everyone|#1|\u202e/);
  expect(text).not.toContain('\u001b');
  expect(text.match(/(?<!\\)</g)).toEqual(['<', '<', '<']);
  expect(text.split('\n').every((line) => !line.startsWith('::'))).toBe(true);
});
