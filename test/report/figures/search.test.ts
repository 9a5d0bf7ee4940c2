import { parse } from 'node-html-parser';
import { expect, test } from 'vitest';
import { selectTrainedArms } from '../../../src/analysis/findings/trained-arm.js';
import { rasteriseSvg } from '../../../src/drawing/rasterise-svg.js';
import { drawFigure } from '../../../src/report/figures/draw-figure.js';
import { search as figure } from '../../../src/report/figures/search.js';
import { paperTheme } from '../../../src/report/figures/theme.js';
import { renderReport } from '../../../src/report/html/page.js';
import type { SearchRecord } from '../../../src/runner/store/search-file.js';
import { doneTrial, experiment, resultsOf } from '../results.js';

type Configuration = SearchRecord['configurations'][number];

function searchOf(configurations: readonly Partial<Configuration>[]): SearchRecord {
  const all = configurations.map((one, index): Configuration => {
    const changes = one.changes ?? [{ path: 'training.batchSize', value: 16 }];
    return {
      id: `tune-${index}`,
      epochs: [1, 3],
      validationAccuracies: [0.3],
      state: 'left',
      changes,
      ...one,
    };
  });
  const done = all.filter(({ state }) => state === 'done').map(({ id }) => id);
  return {
    experiment: 'tune',
    seed: 0,
    rungs: [1 / 3, 1],
    counts: [3, 2],
    configurations: all,
    ranking: done,
  };
}

const rate = (value: number) => [
  { path: 'training.optimizer.learningRate', value },
  { path: 'preprocessing[1]', value: value > 0.001 ? 'random-flip' : { name: 'cutout', size: 8 } },
  { path: 'training.batchSize', value: 32 },
];
const found = searchOf([
  { changes: rate(0.001), validationAccuracies: [0.4, 0.5], state: 'done' },
  { changes: rate(0.003), validationAccuracies: [0.42, 0.45], state: 'done' },
  { changes: rate(0.0001), validationAccuracies: [0.2] },
  { changes: rate(1), validationAccuracies: [], state: 'failed' },
]);

/** The winner again, with two fresh seeds. */
const confirmed = [0.46, 0.48].map((validationAccuracy, index) => {
  const trial = doneTrial({ seed: index + 1, experiment: experiment({ name: 'tune' }) });
  const history = trial.history.map((record) => ({ ...record, validationAccuracy }));
  return {
    ...trial,
    history,
    changes: rate(0.001),
    chosen: { configurations: 4, place: 1, score: 0.5 },
  };
});
const results = resultsOf(...confirmed);
const options = { theme: paperTheme, width: 260 };
const panelsOf = (...searches: SearchRecord[]) =>
  figure.create(selectTrainedArms(results), { ...options, searches });

test('A chart of the rungs, and one of each key, say who won and what fresh seeds make of it', () => {
  const panels = panelsOf(found);
  expect(panels.map(({ title }) => title)).toEqual(['rungs', 'learningRate', 'preprocessing[1]']);
  expect(panels.map(({ description }) => description)).toEqual([
    'tune, validation accuracy at the rungs; 3 configurations after epoch 1: 20.00 % to 42.00 %; 2 configurations after epoch 3: 45.00 % to 50.00 %. The winner: training.optimizer.learningRate=0.001, preprocessing[1]={"name":"cutout","size":8}, training.batchSize=32 50.00 %, with fresh seeds 47.00 %.',
    'Validation accuracy by training.optimizer.learningRate: 0.001 50.00 % (the winner), 0.003 45.00 %; 1 configuration left on the way: 20.00 %.',
    'Validation accuracy by preprocessing[1]: cutout size 8 50.00 % (the winner), random-flip 45.00 %; 1 configuration left on the way: 20.00 %.',
  ]);
});

test('Keys with the same last name are told apart, and so are several searches', () => {
  const paths = ['training.batchSize', 'a.rate', 'b.rate'];
  const configurations = [1, 2].map((value) => ({
    changes: paths.map((path) => ({ path, value })),
  }));
  const other = { ...searchOf(configurations), experiment: 'other' };
  expect(panelsOf(other).map(({ title }) => title)).toEqual([
    'rungs',
    'batchSize',
    'a.rate',
    'b.rate',
  ]);
  expect(panelsOf(found, other).map(({ title }) => title)).toEqual([
    ...['tune: rungs', 'tune: learningRate', 'tune: preprocessing[1]'],
    ...['other: rungs', 'other: batchSize', 'other: a.rate', 'other: b.rate'],
  ]);
});

test.each([
  ['listed', [0.1, 0.2, 0.4], { type: 'point', domain: ['0.1', '0.2', '0.4'] }],
  ['in ratios', Array.from({ length: 30 }, (_, at) => 0.0001 * 1.3 ** at), { type: 'log' }],
  ['evenly', Array.from({ length: 30 }, (_, at) => 0.001 + at / 100), { type: 'linear' }],
  ['words', Array.from({ length: 9 }, (_, at) => `word-${at}`), { type: 'point' }],
])('Values that lie %s have an axis for that', (_, values, scale) => {
  const [, panel] = panelsOf(
    searchOf(values.map((value) => ({ changes: [{ path: 'training.rate', value }] }))),
  );
  expect(panel?.layers[0]).toMatchObject({ encoding: { x: { scale } } });
});

test.each([
  [8, 1],
  [60, 6],
])('%i configurations of %i keys become an SVG that can be drawn', async (count, keyCount) => {
  const searches = [
    searchOf(
      Array.from({ length: count }, (_, index) => ({
        state: index < 3 ? 'done' : 'left',
        validationAccuracies: index < 3 ? [0.4, 0.5 - index / 100] : [0.2 + index / 1000],
        changes: Array.from({ length: keyCount }, (_, key) => ({
          path: `a.key${key}`,
          value: index,
        })),
      })),
    ),
  ];
  const svg = await drawFigure(figure, results, { format: 'svg', zoom: 1, searches });
  expect(svg).toMatch(/^<svg role="img" aria-label="The search\. /);
  const { width } = await rasteriseSvg(String(svg));
  expect(width).toBeGreaterThan(500);
  expect(svg).toContain('>left on the way</text>');
});

test('It is nothing while the search goes on, and hostile values are texts', async () => {
  expect(panelsOf()).toEqual([]);
  expect(panelsOf({ ...found, ranking: null })).toEqual([]);
  const changes = [{ path: 'name', value: '</text><script>alert(1)</script>' }];
  const page = await renderReport(results, { searches: [searchOf([{ changes }, {}])] });
  expect(page).toContain('Race and search');
  expect(page).not.toContain('<script');
});

test('The report has all scores in a table, those that went furthest first', async () => {
  const page = parse(await renderReport(results, { searches: [found] }));
  const table = page
    .querySelectorAll('table')
    .find((one) => one.querySelector('caption')?.text.startsWith('All configurations of tune'));
  const rows = table?.querySelectorAll('tbody tr').map((row) => {
    const rate = row.querySelector('th')?.text.match(/learningRate=([\d.]+)/)?.[1];
    return [rate, ...row.querySelectorAll('td').map(({ text }) => text)];
  });
  expect(rows).toEqual([
    ['0.001', '40.00 %', '50.00 %', 'done'],
    ['0.003', '42.00 %', '45.00 %', 'done'],
    ['0.0001', '20.00 %', '-', 'left'],
    ['1', '-', '-', 'failed'],
  ]);
});
