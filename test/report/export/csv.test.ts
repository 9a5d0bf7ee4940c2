import fc from 'fast-check';
import { expect, test } from 'vitest';
import { renderCsv } from '../../../src/report/export/csv.js';
import { renderCsvLine } from '../../../src/text/csv-cell.js';
import { doneTrial, experiment, failedTrial, resultsOf } from '../results.js';
import { parseCsv } from './parse-csv.js';

const { training } = experiment();
const short = experiment({ name: 'short', training: { ...training, epochs: 2 } });

test('each trial and epoch is a line, with what belongs to the trial in each', () => {
  const records = parseCsv(renderCsv(resultsOf(doneTrial({ experiment: short }), failedTrial())));
  expect(records.map(({ id, epoch, status }) => [id, epoch, status])).toEqual([
    ['short-seed0-01234567', '1', 'done'],
    ['short-seed0-01234567', '2', 'done'],
    ['raw-seed0-01234567', '1', 'failed'],
    ['raw-seed0-01234567', '2', 'failed'],
  ]);
  expect(records[1]).toMatchObject({
    testAccuracy: '0.5884',
    trainAccuracy: '0.6',
    validationAccuracy: '',
    stoppedEarly: 'false',
    bestEpoch: '7',
    threads: '2',
  });
  expect(records[2]).toMatchObject({
    reason: 'The loss is no longer finite (epoch 3).',
    testAccuracy: '',
  });
});

test('views have their figures and those without them', () => {
  const test = { ...doneTrial().test, withoutViews: { accuracy: 0.57, loss: 1.4 } };
  const records = parseCsv(
    renderCsv(resultsOf(doneTrial({ experiment: short, test }), failedTrial())),
  );
  expect(records[0]).toMatchObject({
    testAccuracy: '0.5884',
    testAccuracyWithoutViews: '0.57',
    testLossWithoutViews: '1.4',
  });
  expect(records[2]).toMatchObject({ testAccuracyWithoutViews: '' });
});

test('a trial that failed before its first epoch has a line', () => {
  const records = parseCsv(renderCsv(resultsOf(failedTrial({ history: [] }))));
  expect(records).toHaveLength(1);
  expect(records[0]).toMatchObject({ status: 'failed', epoch: '' });
});

test('what a sweep set has columns of its own', () => {
  const changes = [
    { path: 'training.batchSize', value: 32 },
    { path: 'training.validation', value: { split: 500 } },
  ];
  const results = resultsOf(doneTrial({ changes, history: [] }), doneTrial({ history: [] }));
  const [changed, plain] = parseCsv(renderCsv(results));
  expect(changed).toMatchObject({
    'training.batchSize': '32',
    'training.validation': '{"split":500}',
  });
  expect(plain).toMatchObject({ 'training.batchSize': '', 'training.validation': '' });
});

test.each([
  ['a formula', '=1+1', "'=1+1\n"],
  ['a sum', '+1', "'+1\n"],
  ['a call', '@SUM(A1)', "'@SUM(A1)\n"],
  ['a command', '-2+3+cmd|" /C calc"!A0', '"\'-2+3+cmd|"" /C calc""!A0"\n'],
  ['a wide equals sign', '＝1', "'＝1\n"],
  ['a formula behind a line break', '\r\n=1', "'=1\n"],
  ['a formula behind a tab', '\t=1', "'=1\n"],
  ['control characters', 'a\u0000\u001b[31m\u202e', 'a??[31m?\n'],
  ['a comma and quotes', 'a, "b"', '"a, ""b"""\n'],
  ['a line break', 'a\nb', 'a b\n'],
])('%s in a text is harmless', (_, text, line) => {
  expect(renderCsvLine([text])).toBe(line);
});

test('numbers are never touched, and no value is an empty cell', () => {
  expect(renderCsvLine([-0.5, 1e-7, undefined, true])).toBe('-0.5,1e-7,,true\n');
});

test('any texts come back as one line of as many cells, and none begins a formula', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), (texts) => {
      const header = texts.map((_, index) => `c${index}`);
      const [record, ...more] = parseCsv(renderCsvLine(header) + renderCsvLine(texts));
      expect(more).toEqual([]);
      for (const cell of Object.values(record ?? {})) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
    }),
  );
});
