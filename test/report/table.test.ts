import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { renderTable, type TableOptions } from '../../src/report/table.js';
import type { TrialResult } from '../../src/results/result.js';
import { colourPaint } from '../../src/text/paint.js';
import { doneTrial, experiment, failedTrial, resultsOf, seedsOf } from './results.js';

const published = { testAccuracy: 0.6547, source: 'the study' };

const trials: readonly TrialResult[] = [
  doneTrial({ experiment: experiment({ published }) }),
  failedTrial({ experiment: experiment({ name: 'minmax', seeds: [0, 1] }) }),
  doneTrial({
    experiment: experiment({ name: 'geometric-mild', published }),
    summary: { preprocessing: 'minmax, random-rotation 0.1, random-zoom 0.1', model: 'deep' },
    writtenEpochs: 20,
    imagesPerSecond: 99.6,
    trainSeconds: 3725,
  }),
];

/** The table without the notes. */
function tableLines(columns?: number): string[] {
  const [table = ''] = renderTable(resultsOf(...trials), columns ? { columns } : {}).split('\n\n');
  return table.split('\n');
}

test('one line a trial where there is room', () => {
  expect(tableLines()).toEqual([
    'experiment      preprocessing                                 model       epochs      test  best                     published  difference  train time  images/s  device',
    '                                                                                  accuracy',
    '─'.repeat(168),
    'raw             none                                          baseline        10   58.84 %  61.42 % (epoch 7, test)    65.47 %       -6.63  2 min 41 s     3,102  cpu',
    'minmax, seed 0  none                                          baseline   2 of 10  failed: The loss is no longer finite (epoch 3).',
    'geometric-mild  minmax, random-rotation 0.1, random-zoom 0.1  deep      10 of 20   58.84 %  61.42 % (epoch 7, test)          -           -   1 h 2 min       100  cpu',
  ]);
});

test('the figure without views stands beside the one with them, only where there are any', () => {
  const [viewed] = trials.filter((trial) => trial.status === 'done');
  const test = { ...doneTrial().test, withoutViews: { accuracy: 0.571, loss: 1.4 } };
  const text = renderTable(resultsOf({ ...(viewed ?? doneTrial()), test }));
  const [header, second, , row] = text.split('\n');
  expect(`${header}`).toMatch(/test {2}without {2}best/);
  expect(`${second}`).toMatch(/accuracy {4}views/);
  expect(`${row}`).toMatch(/58\.84 % {2}57\.10 % {2}61\.42 %/);
  expect(tableLines().join()).not.toContain('without');
});

test('a narrow terminal gets the columns that matter, with words and numbers whole', () => {
  expect(tableLines(80)).toEqual([
    'experiment      model       epochs      test  published  difference  train time',
    '                                    accuracy',
    '─'.repeat(79),
    'raw             baseline        10   58.84 %    65.47 %       -6.63  2 min 41 s',
    '─'.repeat(79),
    'minmax, seed 0  baseline   2 of 10  failed: The loss is no longer finite',
    '                                    (epoch 3).',
    '─'.repeat(79),
    'geometric-mild  deep      10 of 20   58.84 %          -           -   1 h 2 min',
  ]);
});

/** The lines of the notes, and the last one. */
function noteLines(options: TableOptions): readonly [lines: readonly string[], last: string] {
  const lines = renderTable(resultsOf(...trials), options)
    .split('\n\n')
    .slice(1)
    .join('\n')
    .trimEnd()
    .split('\n');
  return [lines, lines.at(-1) ?? ''];
}

test.each([
  [undefined, 'Not shown: 2 more notes (--notes, table.md).'],
  [140, 'Not shown: 2 more notes and 1 column (--notes, table.md).'],
  [80, 'Not shown: 3 more notes and 4 columns (--notes, table.md).'],
])('in %s columns the notes take five lines, and the last says what is left', (columns, last) => {
  const [lines, end] = noteLines(columns ? { columns } : {});
  expect(lines).toHaveLength(5);
  expect(lines[0]).toMatch(/^- Short run \(geometric-mild\): /);
  expect(end).toBe(`- ${last}`);
});

test('all notes are shown where they are asked for, and none of a column that is not', () => {
  const [lines] = noteLines({ notes: 'all' });
  expect(lines).toHaveLength(6);
  expect(lines.join('\n')).toMatch(/\n- Best: .*\n- Published: the study\.\n- Difference: /);
  const [few] = noteLines({ notes: 'all', shown: ['experiment', 'test-accuracy'] });
  expect(few.join('\n')).not.toMatch(/Best|Published|Difference/);
});

test('colours underline what signs and words say, and move nothing', () => {
  const results = resultsOf(
    ...seedsOf('raw', [0.65, 0.66, 0.64]),
    ...seedsOf('minmax', [0.68, 0.692, 0.671]),
    failedTrial({ experiment: experiment({ name: 'broken' }) }),
  );
  const options = { control: 'raw', columns: 80 };
  const text = renderTable(results, { ...options, paint: colourPaint });
  expect(text).toContain(' \u001b[32m+3.10 (+2.85 to +3.35)\u001b[39m');
  expect(text).toContain(' \u001b[31mfailed: The loss');
  expect(stripVTControlCharacters(text)).toBe(renderTable(results, options));
});

test('the text is never wider than the terminal', () => {
  fc.assert(
    fc.property(fc.integer({ min: 25, max: 200 }), (columns) => {
      const lines = renderTable(resultsOf(...trials), { columns }).split('\n');
      expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(columns);
    }),
  );
});

test('a reason is shown whole in a terminal of any width', () => {
  const words = Array.from({ length: 40 }, (_, index) => `w${index}`);
  const results = resultsOf(...trials, failedTrial({ reason: words.join(' ') }));
  fc.assert(
    fc.property(fc.integer({ min: 40, max: 250 }), (columns) => {
      const shown = renderTable(results, { columns }).split(/\s+/);
      expect(words.filter((word) => !shown.includes(word))).toEqual([]);
    }),
  );
});

test('hostile text has no control characters and breaks no row', () => {
  const hostile = 'a\u001b[31m\nb\u202e';
  const text = renderTable(
    resultsOf(
      doneTrial({
        experiment: experiment({ name: hostile, published: { ...published, source: hostile } }),
        summary: { preprocessing: hostile, model: hostile },
      }),
      failedTrial({ reason: hostile }),
    ),
  );
  expect(text).toContain('\na?[31m b?   a?[31m b?      a?[31m b?');
  expect(text).toContain('  failed: a?[31m b?\n');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
});

test('no trial gives a table without rows', () => {
  expect(renderTable(resultsOf()).split('\n')[0]).toMatch(/^experiment {2}preprocessing {2}model/);
});

test.each([
  [148, []],
  [147, ['device']],
  [140, ['device']],
  [130, ['images/s and device']],
  [110, ['epochs, train time, images/s and device']],
  [100, ['preprocessing, train time and images/s']],
])(
  'in %d characters the least needed columns go, and numbers keep their units',
  (width, omitted) => {
    const text = renderTable(resultsOf(...trials), { columns: width, notes: 'all' });
    const named = [...text.matchAll(/terminal this narrow: (.*) \(table\.md has all\)\.\n/g)];
    expect(named.map(([, names]) => names)).toEqual(omitted);
    expect(text).toContain('  61.42 % (epoch 7, test)  ');
  },
);

test('10,000 rows are one table, and take seconds', () => {
  const many = Array.from({ length: 10_000 }, (_, index) =>
    doneTrial({ experiment: experiment({ name: `arm-${index}` }) }),
  );
  const [table = ''] = renderTable(resultsOf(...many), { columns: 150 }).split('\n\n');
  const lines = table.split('\n').filter((line) => /^arm-\d+ /.test(line));
  expect(lines).toHaveLength(10_000);
  expect(new Set(lines.map((line) => line.replace(/^arm-\d+ */, ''))).size).toBe(1);
}, 30_000);
