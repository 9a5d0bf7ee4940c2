import { expect, test } from 'vitest';
import { renderMarkdownTable } from '../../src/report/table.js';
import type { DoneTrial } from '../../src/results/result.js';
import { doneTrial, environment, experiment, failedTrial, resultsOf, seedsOf } from './results.js';

const header = [
  '| experiment | preprocessing | model | epochs | test accuracy | best | published | difference | train time | images/s | device |',
  '| --- | --- | --- | ---: | ---: | --- | ---: | ---: | ---: | ---: | --- |',
];

test('the Markdown says what was run, with what, the results and the notes', () => {
  const published = { testAccuracy: 0.5, source: 'the study' };
  const results = resultsOf(
    doneTrial({ experiment: experiment({ published }) }),
    failedTrial({ experiment: experiment({ name: 'minmax', published }) }),
  );
  expect(renderMarkdownTable(results).split('\n')).toEqual([
    '# Test accuracy of 2 experiments on CIFAR-10, seed 0',
    '',
    'prep-lab 0.1.0, TensorFlow 2.21.0, Node v20.20.2, linux-x64; CPU: AMD EPYC 7B13, 2 threads; begun 2026-01-02 03:04 UTC.',
    '',
    ...header,
    '| raw | none | baseline | 10 | 58.84 % | 61.42 % (epoch 7, test) | 50.00 % | +8.84 | 2 min 41 s | 3,102 | cpu |',
    '| minmax | none | baseline | 2 of 10 | failed: The loss is no longer finite (epoch 3). | - | 50.00 % | - | - | - | cpu |',
    '',
    '- Another seed moves a result by 1 to 4 points (full runs of the baseline), so smaller differences between single trials mean nothing.',
    '- Test accuracy: on 10,000 test images, with the weights after the last epoch.',
    '- Best: the highest accuracy after any epoch, chosen on the test images themselves, so too good by the choice.',
    '- Published: the study.',
    '- Difference: test accuracy minus published, in points.',
    '',
  ]);
});

test('seeds are counted in the title and make one row', () => {
  const text = renderMarkdownTable(resultsOf(...seedsOf('raw', [0.58, 0.6])));
  expect(text).toMatch(/^# Test accuracy of 1 experiment on CIFAR-10, 2 seeds\n/);
  expect(text).toContain('| test accuracy | seeds | 95 % interval | best |');
  expect(text).toContain('\n| raw | none | baseline | 10 | 59.0 ± 1.4 % | 2 | 46.29 to 71.71 |');
});

test('what differs between trials is told, and in which rows', () => {
  const [first, second] = seedsOf('raw', [0.58, 0.6]);
  const slower = { ...environment, threads: 4, driver: '550.1' };
  const later = '2026-01-01T00:00:00.000Z';
  const text = renderMarkdownTable(
    resultsOf(
      first as DoneTrial,
      { ...second, environment: slower, startedAt: later } as DoneTrial,
    ),
  );
  expect(text).toContain('; CPU: AMD EPYC 7B13, 2 or 4 threads; begun 2026-01-01 00:00 UTC.');
  expect(text).toContain(
    '- Not all trials were made alike (driver: none or 550.1; threads: 2 or 4), some even within a row (raw): differences may come from there.\n',
  );
});

test('a precision is told where it is not float32, and where trials differ in it', () => {
  const [first, second] = seedsOf('raw', [0.58, 0.6]) as [DoneTrial, DoneTrial];
  const mixed = { environment: { ...environment, precision: 'mixed-bfloat16' } } as const;
  const alike = renderMarkdownTable(resultsOf({ ...first, ...mixed }, { ...second, ...mixed }));
  expect(alike).toContain('CPU: AMD EPYC 7B13, 2 threads, mixed-bfloat16; begun ');
  expect(alike).not.toContain('Not all trials were made alike');
  const differing = renderMarkdownTable(resultsOf(first, { ...second, ...mixed }));
  expect(differing).toContain(
    '- Not all trials were made alike (precision: float32 or mixed-bfloat16), some even within a row (raw): ',
  );
});

test('without a trial there are only the title and an empty table', () => {
  expect(renderMarkdownTable(resultsOf()).split('\n')).toEqual([
    '# Test accuracy of 0 experiments',
    '',
    '| experiment | preprocessing | model | epochs | test accuracy | train time | images/s | device |',
    '| --- | --- | --- | ---: | ---: | ---: | ---: | --- |',
    '',
  ]);
});

test.each([
  ['a border', 'a|b', 'a\\|b'],
  ['an escaped border', 'a\\|b', 'a\\\\\\|b'],
  ['a line break', 'a\n\n# b', 'a # b'],
  ['HTML', '<img src=x onerror=y>', '\\<img src=x onerror=y\\>'],
  ['an entity', '&lt;', '&amp;lt;'],
  ['markup', '*a* _b_ `c` ~d~ $e$', '\\*a\\* \\_b\\_ \\`c\\` \\~d\\~ \\$e\\$'],
  ['a link', '[a](http://b)', '[a\\](http://b)'],
  ['a list', '[0,1]', '[0,1]'],
  ['an ANSI escape', '\u001b[31m', '?[31m'],
])('%s in a cell is plain text', (_, text, escaped) => {
  const summary = { preprocessing: text, model: 'baseline' };
  const lines = renderMarkdownTable(resultsOf(doneTrial({ summary }))).split('\n');
  expect(lines[6]).toBe(
    `| raw | ${escaped} | baseline | 10 | 58.84 % | 61.42 % (epoch 7, test) | 2 min 41 s | 3,102 | cpu |`,
  );
});
