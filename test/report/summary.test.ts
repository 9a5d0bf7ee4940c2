import { expect, test } from 'vitest';
import { computeFindings } from '../../src/analysis/findings/compute-findings.js';
import { renderSummary } from '../../src/report/summary.js';
import type { DoneTrial, Results } from '../../src/results/result.js';
import { networkOf } from '../analysis/comparison/trials.js';
import { diagnostics, inputStatistics } from './diagnostics.js';
import { doneTrial, experiment, failedTrial, resultsOf, seedsOf } from './results.js';

const raw = seedsOf('raw', [0.65, 0.66, 0.64]);
const better = seedsOf('minmax', [0.68, 0.692, 0.671]);
const unclear = seedsOf('zscore', [0.65, 0.664, 0.645]);

function summarise(results: Results, control?: string): string[] {
  return renderSummary(results, computeFindings(results), control);
}

/** Trials whose training images are constant. */
function constant(trials: readonly DoneTrial[]): DoneTrial[] {
  const input = { ...diagnostics().input, train: inputStatistics({ constantShare: 0.94 }) };
  return trials.map((trial) => ({ ...trial, diagnostics: diagnostics({ input }) }));
}

test('the summary says what was reached, what is significant, and what stands out', () => {
  expect(summarise(resultsOf(...constant(raw), ...better, ...unclear), 'raw')).toEqual([
    'minmax reaches the highest test accuracy, 68.1 ± 1.1 %, significantly above that of zscore, 65.3 ± 1.0 %; the lowest is that of raw, 65.0 ± 1.0 %.',
    'Against the control raw, minmax (+3.10 points) is significantly better; zscore shows no significant difference.',
    'What stands out in raw, the lowest: 94 % of training images are constant after the pipeline; test images are not (0 %): expect chance-level accuracy.',
  ]);
});

test('a difference that Holm takes back may be chance, and a lead within the spread is none', () => {
  const close = seedsOf('close', [0.67, 0.69, 0.669]);
  const noisy = ['a', 'b', 'c'].flatMap((name) => seedsOf(name, [0.6, 0.7, 0.67]));
  expect(summarise(resultsOf(...raw, ...close, ...noisy), 'raw')).toEqual([
    'close reaches the highest test accuracy, 67.6 ± 1.2 %, not significantly above that of a, 65.7 ± 5.1 %; the lowest is that of raw, 65.0 ± 1.0 %.',
    'Against the control raw, close (+2.63 points, which may be chance among 4 comparisons) is significantly better; a, b and c show no significant difference, with too few seeds to find one of 1 point.',
    'No finding: none of the rules applies to these results.',
  ]);
});

test('one seed each is told to speak of networks only, and a short run to be one', () => {
  const half = networkOf(Array.from({ length: 1000 }, (_, image) => image % 2));
  const third = networkOf(Array.from({ length: 1000 }, (_, image) => (image % 3 === 0 ? 1 : 0)));
  const named = (name: string, trial: DoneTrial) => ({
    ...trial,
    experiment: experiment({ name, dataset: { name: 'cifar10', testLimit: 1000 } }),
  });
  const summary = summarise(resultsOf(named('a', half), named('b', third)), 'a');
  expect(summary.slice(0, 2)).toEqual([
    'In short runs, a reaches the highest test accuracy, 50.00 %, before that of b, 33.40 %, an order that another seed may change.',
    'Against the control a, b (-16.60 points) is significantly worse; with one seed each this speaks of the networks, not of the recipes.',
  ]);
});

test('without a control nothing was tested, and the summary says so', () => {
  expect(summarise(resultsOf(...raw, ...unclear))[1]).toBe(
    'No experiment is the control, so no difference was tested: "--control NAME" names one.',
  );
});

test('one experiment has nothing to be compared with, and none has no summary', () => {
  expect(summarise(resultsOf(doneTrial()))).toEqual([
    expect.stringMatching(/^raw reaches \d+\.\d\d % test accuracy, with one seed\.$/),
    'No finding: none of the rules applies to these results.',
  ]);
  expect(summarise(resultsOf(...raw))[0]).toBe(
    'raw reaches 65.0 ± 1.0 % test accuracy over 3 seeds (95 % interval of the mean: 62.52 % to 67.48 %).',
  );
  expect(summarise(resultsOf(failedTrial()))).toEqual([]);
});
