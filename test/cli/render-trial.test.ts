import { describe, expect, test } from 'vitest';
import { renderEndLine, renderEpochLine, renderTrialLine } from '../../src/cli/trial-display.js';
import { planTrials, type Trial } from '../../src/runner/trial.js';
import type { ProgressNumbers } from '../../src/runner/trial-process/messages.js';
import { doneTrial, experiment, failedTrial } from '../report/results.js';

function trialOf(changes: Parameters<typeof experiment>[0] = {}): Trial {
  const [trial] = planTrials([experiment(changes)]);
  if (!trial) throw new Error('No trial.');
  return trial;
}

const progress: ProgressNumbers = {
  epoch: 3,
  epochs: 10,
  step: 120,
  steps: 782,
  imagesPerSecond: 12_345.6,
  metrics: { loss: 1.23456, accuracy: 0.5 },
};

const record = {
  epoch: 3,
  trainLoss: 1.23456,
  trainAccuracy: 0.51234,
  validationLoss: 1.5,
  validationAccuracy: 0.4987,
  learningRate: 0.001,
  trainSeconds: 59.6,
  validationSeconds: 2.4,
};

describe('A live line', () => {
  test('says where the trial is, how well it does and how long it takes', () => {
    expect(renderTrialLine(trialOf(), progress, 125)).toBe(
      'raw  epoch 3/10  batch 120/782  loss 1.235  accuracy 50.00 %  12,346 images/s  2 min 5 s left',
    );
  });

  test('names the seed where there are several, and no time that is not known', () => {
    expect(renderTrialLine(trialOf({ seeds: [4, 5] }), progress, undefined)).toBe(
      'raw, seed 4  epoch 3/10  batch 120/782  loss 1.235  accuracy 50.00 %  12,346 images/s',
    );
  });
});

describe('The line of an epoch', () => {
  test('judged on the test images', () => {
    expect(renderEpochLine(trialOf(), record)).toBe(
      'raw: epoch 3/10, loss 1.235, accuracy 51.23 %, test accuracy 49.87 %, 1 min 2 s',
    );
  });

  test('judged on a split', () => {
    const { training } = experiment();
    const trial = trialOf({ training: { ...training, validation: { split: 100 } } });
    expect(renderEpochLine(trial, record)).toContain(', validation accuracy 49.87 %, ');
  });

  test('that was not judged', () => {
    const { validationAccuracy, validationLoss, ...unjudged } = record;
    expect(renderEpochLine(trialOf(), unjudged)).toBe(
      'raw: epoch 3/10, loss 1.235, accuracy 51.23 %, 1 min 2 s',
    );
  });
});

describe('The line of a trial', () => {
  test('that was trained', () => {
    expect(renderEndLine(doneTrial())).toBe('raw: test accuracy 58.84 % in 2 min 55 s');
  });

  test('that failed, with advice where there is some', () => {
    expect(renderEndLine(failedTrial({ reason: 'It broke.' }))).toBe('raw: failed. It broke.');
    expect(renderEndLine(failedTrial({ reason: 'It said: no', hint: 'mend it.' }))).toBe(
      'raw: failed. It said: no. Hint: mend it.',
    );
    expect(renderEndLine(failedTrial({ reason: 'It broke.', hint: 'Mend it.' }))).toBe(
      'raw: failed. It broke. Hint: mend it.',
    );
  });
});
