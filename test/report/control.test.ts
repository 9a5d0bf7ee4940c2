import { expect, test } from 'vitest';
import { compareWithControl } from '../../src/report/compared-arms.js';
import { noteOnControl } from '../../src/report/notes/control.js';
import { renderMarkdownTable, renderTable } from '../../src/report/table.js';
import type { DoneTrial, TrialResult } from '../../src/results/result.js';
import { networkOf } from '../analysis/comparison/trials.js';
import { doneTrial, experiment, failedTrial, resultsOf, seedsOf } from './results.js';

const control = seedsOf('raw', [0.65, 0.66, 0.64]);
const better = seedsOf('minmax', [0.68, 0.692, 0.671]);
const unclear = seedsOf('zscore', [0.65, 0.664, 0.645]);

/** The column of differences, by the row's name. */
function differences(
  trials: readonly TrialResult[],
  name?: string,
  column = 'against control',
): Record<string, string> {
  const [header = '', , ...lines] = renderMarkdownTable(resultsOf(...trials), { control: name })
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.replaceAll('\\', ''));
  const index = header.split(' | ').indexOf(column);
  const cells = lines.map((line) => line.slice(2).split(' | '));
  return Object.fromEntries(cells.map((row) => [row[0], row[index] ?? 'no column']));
}

function notes(trials: readonly TrialResult[], name = 'raw'): string[] {
  return noteOnControl(compareWithControl(resultsOf(...trials), { control: name }))
    .map(({ text }) => text)
    .filter((text) => text !== '');
}

test('differences from the control stand beside their intervals, and ~ where there may be none', () => {
  expect(differences([...control, ...better, ...unclear], 'raw')).toEqual({
    raw: 'control',
    minmax: '+3.10 (+2.85 to +3.35)',
    zscore: '~ +0.30 (-0.36 to +0.96)',
  });
});

test('without a control there is no such column', () => {
  expect(differences([...control, ...better])).toEqual({ raw: 'no column', minmax: 'no column' });
});

test('the role in a file makes the control, and --control another', () => {
  const withRole = control.map((trial) => ({
    ...trial,
    experiment: { ...trial.experiment, role: 'control' as const },
  }));
  expect(differences([...better, ...withRole])).toMatchObject({ raw: 'control' });
  expect(differences([...better, ...withRole], 'minmax')).toMatchObject({ minmax: 'control' });
});

test('arms of a sweep are rows of their own, named by what was changed', () => {
  const swept = better.map((trial) => ({
    ...trial,
    experiment: { ...trial.experiment, name: 'raw' },
    changes: [{ path: 'training.batchSize', value: 128 }],
  }));
  expect(differences([...control, ...swept], 'raw')).toMatchObject({
    raw: 'control',
    'raw training.batchSize=128': '+3.10 (+2.85 to +3.35)',
  });
});

test('a terminal shows the column before what is less needed', () => {
  const text = renderTable(resultsOf(...control, ...better), { control: 'raw', columns: 100 });
  expect(text.split('\n').slice(0, 5)).toEqual([
    'experiment  preprocessing  model             test  seeds   95 % interval         against control',
    '                                         accuracy',
    '─'.repeat(96),
    'raw         none           baseline  65.0 ± 1.0 %      3  62.52 to 67.48                 control',
    'minmax      none           baseline  68.1 ± 1.1 %      3  65.48 to 70.72  +3.10 (+2.85 to +3.35)',
  ]);
});

test('the notes name the test, what is too few and what may be chance', () => {
  expect(notes([...control, ...better, ...unclear])).toEqual([
    'Against control: test accuracy minus that of raw, in points, with its 95 % interval; ~ where it is not significant (p < 0.05). Paired t test over 3 shared seeds.',
    '2 differences are tested, and where there is none, one in 20 is significant by chance; corrected for that (Holm), all stay significant.',
  ]);
});

test('the notes say how many seeds would do, and which differences Holm takes back', () => {
  const close = seedsOf('close', [0.67, 0.69, 0.669]);
  const noisy = ['a', 'b', 'c'].flatMap((name) => seedsOf(name, [0.6, 0.7, 0.67]));
  expect(notes([...control, ...close, ...noisy]).slice(1)).toEqual([
    'Too few to find a difference of 1 point four times in five: a (3 seeds, about 193 would do), b (3 seeds, about 193 would do) and c (3 seeds, about 193 would do).',
    '4 differences are tested, and where there is none, one in 20 is significant by chance; corrected for that (Holm), that of close does not stay significant.',
  ]);
});

test('each test is explained where arms were tested differently', () => {
  const half = Array.from({ length: 1000 }, (_, image) => image % 2);
  const one = networkOf(half);
  const named = (name: string, seed: number, trial: DoneTrial = one) => ({
    ...trial,
    experiment: experiment({ name }),
    seed,
  });
  const blind = doneTrial({ imageCounts: one.imageCounts, test: { ...one.test, right: '' } });
  const [meaning = '', ...rest] = notes([
    named('raw', 0),
    named('same', 0),
    named('blind', 0, blind),
    ...seedsOf('many', [0.5, 0.6]).map((trial) => ({ ...trial, seed: trial.seed + 5 })),
  ]);
  expect(meaning.split('(p < 0.05). ')[1]).toBe(
    'same: The same results to the last bit in 1 shared seed: nothing to test. blind: Test of two proportions of 1,000 test images (interval by Newcombe), as it is not known which images were right; it compares these two networks, not what another seed would do. many: No test: that takes one seed on both sides, or two seeds or more on each.',
  );
  expect(rest).toEqual([
    'Too few to find a difference of 1 point four times in five: blind (one seed on 1,000 test images).',
  ]);
});

test('with @previous each row is compared with the one before it that has finished trials', () => {
  const failed = failedTrial({ experiment: experiment({ name: 'broken' }) });
  const trials = [...control, failed, ...better, ...unclear];
  expect(differences(trials, '@previous', 'against previous')).toMatchObject({
    raw: '-',
    minmax: '+3.10 (+2.85 to +3.35)',
    zscore: '-2.80 (-3.30 to -2.30)',
  });
  expect(differences(trials, '@previous')).toMatchObject({ minmax: 'no column' });
  expect(notes(trials, '@previous')[0]).toBe(
    'Against previous: test accuracy minus that of the one before it in this order: raw, minmax, zscore; in points, with its 95 % interval; ~ where it is not significant (p < 0.05). Paired t test over 3 shared seeds.',
  );
});

test('a control that is not there, or has failed, is told', () => {
  const text = 'has no finished trial here, so nothing is compared with it.';
  expect(notes(better, 'none')).toEqual([`The control (none) ${text}`]);
  expect(notes([failedTrial(), ...better])).toEqual([`The control (raw) ${text}`]);
});

test('a seed that stands twice counts once', () => {
  const [first] = better as [DoneTrial];
  const text = renderMarkdownTable(resultsOf(first, first));
  expect(text).toContain('\n| minmax, seed 0 | none | baseline | 10 | 68.00 % |');
});
