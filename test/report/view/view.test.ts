import { expect, test } from 'vitest';
import { renderMarkdownTable } from '../../../src/report/markdown-table.js';
import { computeView, type View } from '../../../src/report/view/view.js';
import type { TrialResult } from '../../../src/results/result.js';
import { minmax } from '../../analysis/gate/sides.js';
import { doneTrial, experiment, failedTrial, resultsOf } from '../results.js';

const { training } = experiment();

/** An arm that a sweep gave this batch size, with an accuracy a seed. */
function arm(batchSize: number, accuracies: readonly number[], model = 'baseline') {
  const changes = { model: { name: model }, training: { ...training, batchSize } };
  return minmax(accuracies, changes).map((trial) => ({
    ...trial,
    summary: { preprocessing: 'minmax', model },
    changes: [{ path: 'training.batchSize', value: batchSize }],
    trainSeconds: 6400 / batchSize,
  }));
}

const sweep = [...arm(128, [0.7, 0.72]), ...arm(32, [0.66, 0.67]), ...arm(64, [0.69, 0.7])];

/** Returns the columns' names and the rows' texts. */
function show(view: View, trials: readonly TrialResult[] = sweep) {
  const { columns, rows } = computeView(resultsOf(...trials), view);
  const names = columns.map(({ name }) => name);
  return [names, ...rows.map(({ cells }) => names.map((name) => cells[name]))];
}

test('columns are chosen and ordered, and settings are columns too', () => {
  const shown = ['training.batchSize', 'test-accuracy', 'seeds'];
  expect(show({ shown })).toEqual([
    ['training.batchSize', 'test accuracy', 'seeds'],
    ['128', '71.0 ± 1.4 %', '2'],
    ['32', '66.5 ± 0.7 %', '2'],
    ['64', '69.5 ± 0.7 %', '2'],
  ]);
});

test('the precision is a setting, swept or not', () => {
  const mixed = arm(32, [0.66]).map((trial) => {
    const { experiment } = trial;
    const precision = 'mixed-bfloat16' as const;
    return { ...trial, experiment: { ...experiment, training: { ...training, precision } } };
  });
  expect(show({ shown: ['training.precision'] }, [...arm(64, [0.69]), ...mixed])).toEqual([
    ['training.precision'],
    ['float32'],
    ['mixed-bfloat16'],
  ]);
});

test.each([
  ['test-accuracy', 'ascending', ['32', '64', '128']],
  ['test accuracy', 'descending', ['128', '64', '32']],
  ['train-time', 'ascending', ['128', '64', '32']],
  ['training.batchSize', 'ascending', ['32', '64', '128']],
  ['experiment', 'descending', ['128', '64', '32']],
] as const)('rows are sorted by %s, %s', (key, order, expected) => {
  const [, ...rows] = show({ sort: { key, order }, shown: ['training.batchSize'] });
  expect(rows.flat()).toEqual(expected);
});

test('what failed stands last in either order', () => {
  const failed = failedTrial({ experiment: experiment({ name: 'broken' }) });
  for (const order of ['ascending', 'descending'] as const) {
    const view = { sort: { key: 'test-accuracy', order }, shown: ['experiment'] };
    expect(show(view, [failed, ...sweep]).at(-1)).toEqual(['broken']);
  }
});

test('only what differs is shown, with the name and the accuracy', () => {
  expect(show({ onlyChanged: true })[0]).toEqual([
    'experiment',
    'test accuracy',
    '95 % interval',
    'train time',
  ]);
});

test('accuracies and differences have as many digits as are asked for', () => {
  const view = { precision: 3, control: 'minmax training.batchSize=128' };
  const shown = ['test-accuracy', 'against-control', '95-%-interval'];
  const [, first, second] = show({ ...view, shown });
  expect(first?.slice(0, 2)).toEqual(['71.000 ± 1.414 %', 'control']);
  expect(second?.[0]).toBe('66.500 ± 0.707 %');
  expect(second?.[1]).toMatch(/^~ -4\.500 \(-\d+\.\d{3} to \+\d+\.\d{3}\)$/);
  expect(second?.[2]).toMatch(/^\d+\.\d{3} to \d+\.\d{3}$/);
});

test('a pivot sets one setting against another', () => {
  const trials = [...sweep, ...arm(32, [0.8], 'deep'), ...arm(64, [0.81], 'deep')];
  expect(show({ pivot: { rows: 'training.batchSize', cols: 'model' } }, trials)).toEqual([
    ['training.batchSize / model', 'baseline', 'deep'],
    ['32', '66.5 ± 0.7 % (2)', '80.00 %'],
    ['64', '69.5 ± 0.7 % (2)', '81.00 %'],
    ['128', '71.0 ± 1.4 % (2)', '-'],
  ]);
});

test('a place that mixes experiments is marked and explained, and failures are counted', () => {
  const failed = failedTrial({ experiment: experiment({ name: 'minmax' }) });
  const results = resultsOf(...sweep, failed);
  const view = { pivot: { rows: 'experiment', cols: 'seed' } };
  expect(show(view, results.trials)).toEqual([
    ['experiment / seed', '0', '1'],
    ['minmax', '68.3 ± 2.1 %* (3), 1 failed', '69.7 ± 2.5 %* (3)'],
  ]);
  expect(renderMarkdownTable(results, view)).toContain(
    '\n- \\* is a mean over several experiments.\n',
  );
});

test.each([
  [{ shown: ['test-acuracy'] }, 'did you mean "test accuracy"?'],
  [{ shown: ['training.batchsize'] }, 'did you mean "training.batchSize"?'],
  [{ shown: ['training.precison'] }, 'did you mean "training.precision"?'],
  [{ sort: { key: 'zzz', order: 'ascending' } }, expect.stringContaining('the columns are')],
  [{ pivot: { rows: 'seed', cols: 'constructor' } }, expect.stringContaining('the columns are')],
] as const)('%j names what there is not', (view, hint) => {
  expect(() => show(view)).toThrow(expect.objectContaining({ hint, exitCode: 2 }));
});

test('without trials any view is an empty table', () => {
  expect(show({ shown: ['training.batchSize'] }, [])).toEqual([['training.batchSize']]);
  expect(show({ pivot: { rows: 'a', cols: 'b' } }, [])).toEqual([['a / b']]);
});

test('hostile keys and values are text in a pivot', () => {
  const name = '__proto__|<b>\n\u001b[31m';
  const hostile = doneTrial({ experiment: experiment({ name }) });
  const text = renderMarkdownTable(resultsOf(hostile), {
    pivot: { rows: 'experiment', cols: 'experiment' },
  });
  expect(text).toContain('| \\_\\_proto\\_\\_\\|\\<b\\> ?[31m | 58.84 % |');
});
