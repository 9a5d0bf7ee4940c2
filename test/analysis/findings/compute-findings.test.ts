import { describe, expect, test } from 'vitest';
import {
  computeFindings,
  renderFindings,
} from '../../../src/analysis/findings/compute-findings.js';
import { findingRules } from '../../../src/analysis/findings/list.js';
import type { Diagnostics } from '../../../src/results/diagnostics.js';
import type { DoneTrial, TrialResult } from '../../../src/results/result.js';
import { confusion, diagnostics, inputStatistics } from '../../report/diagnostics.js';
import { doneTrial, experiment, failedTrial, resultsOf } from '../../report/results.js';

describe('computeFindings', () => {
  test('is silent on a training in which nothing is wrong', () => {
    expect(texts(doneTrial({ diagnostics: diagnostics() }))).toEqual([]);
  });

  test('is silent on results without diagnostics and history', () => {
    expect(texts(doneTrial({ history: [] }), failedTrial())).toEqual([]);
    expect(computeFindings(resultsOf())).toEqual([]);
  });

  test.each<{ rule: string; changes: Partial<DoneTrial>; text: string }>([
    {
      rule: 'value-range',
      changes: {
        experiment: experiment({
          preprocessing: [
            { name: 'minmax' },
            { name: 'random-brightness', factor: 0.2, valueRange: [0, 255] },
            { name: 'random-contrast', factor: 0.2, valueRange: [0, 255] },
          ],
        }),
      },
      text: 'random-brightness and random-contrast expect 0 to 255 but get 0 to 1: set valueRange to [0,1].',
    },
    {
      rule: 'constant-images',
      changes: withInput({ train: inputStatistics({ constantShare: 0.94 }) }),
      text: '94 % of training images are constant after the pipeline; test images are not (0 %): expect chance-level accuracy.',
    },
    {
      rule: 'saturated-values',
      changes: withInput({ train: inputStatistics({ saturatedShare: 0.62 }) }),
      text: '62 % of the values of training images lie at an end of the range, as clipping leaves them; of test images 2 %.',
    },
    {
      rule: 'input-shift',
      changes: withInput({ shift: 0.673 }),
      text: 'The values of training images lie 0.67 standard deviations from those of test images (1-Wasserstein distance).',
    },
    {
      rule: 'input-shift',
      changes: withInput({ shift: 52.5 }),
      text: 'The values of training images lie 52.50 standard deviations from those of test images (1-Wasserstein distance): the network is tested on values that it was not trained on; expect chance-level accuracy.',
    },
    {
      rule: 'dead-relus',
      changes: withDiagnostics({
        deadRelus: [
          { layer: 'conv_1', share: 0.5 },
          { layer: 'conv_2', share: 0.05 },
          { layer: 'dense_1', share: 0.8214 },
        ],
      }),
      text: 'Units that are 0 for every test image of the sample: 82 % of dense_1.',
    },
    {
      rule: 'chance-level',
      changes: { test: { accuracy: 0.1188, loss: 2.3, epoch: 1, weights: 'last' }, history: [] },
      text: 'Test accuracy 11.88 %: guessing gives 10 %.',
    },
    {
      rule: 'ignored-classes',
      changes: withDiagnostics({ confusion: withoutCats() }),
      text: 'Hardly ever predicted: cat (0 times); most often dog (20 % of test images).',
    },
    {
      rule: 'overfitting',
      changes: { history: [{ ...epoch(1), trainAccuracy: 0.84 }], test: judged(0.706) },
      text: 'Training accuracy 84.00 %, test accuracy 70.60 %: a gap of 13.4 points.',
    },
    {
      rule: 'still-improving',
      changes: { history: [1.3, 1.2, 1.1].map((loss, at) => epoch(at + 1, loss)) },
      text: "Training stopped while still improving: the last epoch's validation loss is the lowest (1.100, before it 1.200).",
    },
    {
      rule: 'learning-rate-collapse',
      changes: {
        history: [epoch(1), { ...epoch(2), learningRate: 7.8e-6 }],
      },
      text: 'The learning rate fell from 0.001 to 7.8e-6 by the last of 2 epochs.',
    },
    {
      rule: 'poor-calibration',
      changes: withDiagnostics({
        calibration: {
          expectedError: 0.152,
          bins: [{ confidence: 0.85, accuracy: 0.698, count: 1000 }],
        },
      }),
      text: 'The network is too sure of itself: mean confidence 85.00 %, accuracy 58.84 %; expected calibration error 15.2 points.',
    },
  ])('finds $rule: $text', ({ rule, changes, text }) => {
    const found = computeFindings(resultsOf(doneTrial(changes)));
    expect(found.map((finding) => [finding.arm, finding.rule, finding.text])).toEqual([
      ['raw', rule, text],
    ]);
  });

  test('compares the first gradients with those of the other arms of the same model', () => {
    const raw = withGradients([40, 38, 900]);
    const minmax = { ...withGradients([3, 2, 1]), experiment: experiment({ name: 'minmax' }) };
    // Two networks may go by the same summary.
    const deep = {
      ...withGradients([0.1]),
      experiment: experiment({ name: 'deep', model: { name: 'deep' } }),
    };
    expect(texts(doneTrial(raw), doneTrial(minmax), doneTrial(deep))).toEqual([
      "raw: The gradient's norm in the first steps is 40, 20 times that of the other experiments with this model (2).",
    ]);
  });

  test('compares dead units with those of the other arms of the same model', () => {
    const arms = [0.05, 0.3, 0.1].map((share, at) => ({
      ...withDiagnostics({ deadRelus: [{ layer: 'conv_1', share }] }),
      experiment: experiment({ name: `arm-${at}` }),
    }));
    expect(texts(...arms.map(doneTrial))).toEqual([
      'arm-1: Units that are 0 for every test image of the sample: 30 % of conv_1 (other experiments: 7.5 %).',
    ]);
  });

  test('names arms that trained for another number of epochs', () => {
    const arms = ['a', 'b', 'c'].map((name) => doneTrial({ experiment: experiment({ name }) }));
    const long = doneTrial({ experiment: experiment({ name: 'd' }), history: epochs(20) });
    expect(texts(...arms, long)).toEqual([
      'd: Trained for 20 epochs, the other experiments for 10: differences may come from that.',
    ]);
  });

  test('tells the epochs of seeds that were stopped early as a range', () => {
    const stopped = [12, 20].map((count, seed) =>
      doneTrial({ seed, experiment: experiment({ name: 'c' }), history: epochs(count) }),
    );
    const arms = ['a', 'b', 'e', 'f'].map((name) =>
      doneTrial({ experiment: experiment({ name }) }),
    );
    const long = doneTrial({ experiment: experiment({ name: 'd' }), history: epochs(18) });
    expect(texts(...arms, ...stopped, long)).toEqual([
      'c: Trained for 12 to 20 epochs, the other experiments for 10 or 18: differences may come from that.',
      'd: Trained for 18 epochs, the other experiments for 10 or 12 to 20: differences may come from that.',
    ]);
  });

  test('takes the mean over seeds and keeps the numbers unrounded', () => {
    const shares = [0.9, 0.95].map((constantShare, seed) =>
      doneTrial({ seed, ...withInput({ train: inputStatistics({ constantShare }) }) }),
    );
    const [finding] = computeFindings(resultsOf(...shares));
    expect(finding?.numbers).toEqual({
      trainConstantShare: expect.closeTo(0.925, 12),
      testConstantShare: 0,
    });
  });

  test('says nothing where one of the seeds lacks the number', () => {
    const constant = withInput({ train: inputStatistics({ constantShare: 0.9 }) });
    expect(texts(doneTrial(constant), doneTrial({ seed: 1 }))).toEqual([]);
  });

  test('renders names without control characters', () => {
    const name = 'a\u001b[31m\nb';
    const found = doneTrial({ experiment: experiment({ name }), ...withInput({ shift: 2 }) });
    expect(texts(found)[0]).toMatch(/^a\?\[31m b: The values/);
  });
});

test('Every rule has a name of its own', () => {
  const names = findingRules.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

function texts(...trials: readonly TrialResult[]): string[] {
  return renderFindings(computeFindings(resultsOf(...trials)));
}

function withDiagnostics(changes: Partial<Diagnostics>): Partial<DoneTrial> {
  return { diagnostics: diagnostics(changes) };
}

function withInput(changes: Partial<Diagnostics['input']>): Partial<DoneTrial> {
  const input = { train: inputStatistics(), test: inputStatistics(), shift: 0, ...changes };
  return withDiagnostics({ input });
}

function withGradients(firstSteps: readonly number[]): Partial<DoneTrial> {
  return withDiagnostics({ gradientNorm: { firstSteps, epochs: [1] } });
}

/** Dogs for cats, always. */
function withoutCats(): number[][] {
  return confusion().map((row) =>
    row.map((count, label) => (label === 3 ? 0 : label === 5 ? count + (row[3] ?? 0) : count)),
  );
}

function judged(accuracy: number): DoneTrial['test'] {
  return { accuracy, loss: 1, epoch: 1, weights: 'last' };
}

function epochs(count: number): DoneTrial['history'] {
  return Array.from({ length: count }, (_, at) => epoch(at + 1));
}

function epoch(number: number, validationLoss?: number): DoneTrial['history'][number] {
  return {
    epoch: number,
    trainLoss: 1,
    trainAccuracy: 0.6,
    ...(validationLoss !== undefined && { validationLoss }),
    learningRate: 0.001,
    trainSeconds: 16,
    validationSeconds: 1,
  };
}
