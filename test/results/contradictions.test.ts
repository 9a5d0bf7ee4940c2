import { expect, test } from 'vitest';
import { findContradictions } from '../../src/results/contradictions.js';
import { parseResults } from '../../src/results/parse-results.js';
import type { DoneTrial, TrialResult } from '../../src/results/result.js';
import { storedTrial } from './stored-trial.js';

const done = storedTrial('done');
const { experiment, history } = done;
const stopping = {
  ...experiment,
  training: {
    ...experiment.training,
    earlyStopping: {
      monitor: 'validationLoss',
      patience: 2,
      minDelta: 0,
      restoreBestWeights: true,
      startFromEpoch: 0,
    },
  },
} as const;

/** Its last epoch is no whole one. */
const partly = {
  ...experiment,
  training: { ...experiment.training, epochs: 9.9 },
};

function messagesOf(trial: TrialResult): string[] {
  return findContradictions(trial, 'trials[3]').map(({ message }) => message);
}

test.each<[string, TrialResult]>([
  ['a finished trial', done],
  ['a failed trial with fewer epochs', { ...storedTrial('failed'), history: history.slice(0, 3) }],
  [
    'a trial that EarlyStopping ended, with the weights of its best epoch',
    {
      ...done,
      experiment: stopping,
      stoppedEarly: true,
      history: history.slice(0, 4),
      test: { ...done.test, epoch: 2, weights: 'best' },
    },
  ],
  ['a trial whose last epoch is no whole one', { ...done, experiment: partly }],
  [
    'a trial with limits and a split',
    {
      ...done,
      experiment: {
        ...experiment,
        dataset: { name: 'cifar10', trainLimit: 500, testLimit: 99 },
        training: { ...experiment.training, validation: { split: 100 } },
      },
      imageCounts: { train: 400, validation: 100, test: 99 },
      test: { ...done.test, accuracy: 0, right: Buffer.alloc(13).toString('base64') },
    },
  ],
])('%s does not contradict itself', (_, trial) => {
  expect(messagesOf(trial)).toEqual([]);
});

const edited = (changes: Partial<DoneTrial>): TrialResult => ({ ...done, ...changes });

test.each<[TrialResult, string]>([
  [edited({ history: history.slice(0, 4) }), 'history must have 10 epochs, received 4.'],
  [edited({ history: history.slice(1) }), 'history[0].epoch must be 1, received 2.'],
  [
    { ...storedTrial('failed'), history: [...history, { ...done.history[0], epoch: 11 } as never] },
    'history must have at most 10 epochs, received 11.',
  ],
  [
    edited({ stoppedEarly: true }),
    'stoppedEarly must be false without training.earlyStopping, received true.',
  ],
  [
    edited({ experiment: stopping, stoppedEarly: true, history: [], best: undefined as never }),
    'history must have an epoch, received 0.',
  ],
  [
    edited({ experiment: partly, history: history.slice(0, 9) }),
    'history must have 10 epochs, received 9.',
  ],
  [
    edited({ experiment: partly, test: { ...done.test, epoch: 14 } }),
    'test.epoch must be one of the 10 epochs in history, received 14.',
  ],
  [
    edited({ test: { ...done.test, epoch: 9 } }),
    'test.epoch must be one of the 10 epochs in history, received 9.',
  ],
  [
    edited({ test: { ...done.test, accuracy: 0.475 } }),
    'test.accuracy must be 0.375, as test.right has 3750 of 10000 images, received 0.475.',
  ],
  [
    edited({ imageCounts: { train: 50_000, validation: 0, test: 9999 } }),
    "imageCounts.test must be 10000 for the experiment's limits, received 9999.",
  ],
  [
    edited({ imageCounts: { train: 100, validation: 0, test: 10_000 } }),
    "imageCounts.train must be 50000 for the experiment's limits, received 100.",
  ],
  [
    edited({ imageCounts: { train: 50_000, validation: 7, test: 10_000 } }),
    "imageCounts.validation must be 0 for the experiment's limits, received 7.",
  ],
  [
    edited({ best: { epoch: 2, accuracy: 0.9, judgedOn: 'test' } }),
    'best.accuracy must be 0.45, as in history[1], received 0.9.',
  ],
  [
    edited({ best: { epoch: 12, accuracy: 0.45, judgedOn: 'test' } }),
    'best.epoch must be one of the 10 epochs in history, received 12.',
  ],
])('an edited trial names the place: %#', (trial, message) => {
  expect(messagesOf(trial)).toContain(`trials[3].${message}`);
});

test('a bit for an image that there is not is a contradiction', () => {
  const right = Buffer.alloc(13, 0).fill(0x80, 12).toString('base64');
  const limited = {
    ...done,
    experiment: { ...experiment, dataset: { name: 'cifar10', testLimit: 99 } as const },
    imageCounts: { ...done.imageCounts, test: 99 },
    test: { ...done.test, accuracy: 0, right },
  };
  expect(messagesOf(limited)).toEqual([
    'trials[3].test.right must have no bit beyond 99 test images.',
  ]);
});

test('contradictions make results unusable, with the edit that helps', () => {
  const trials = [done, edited({ history: history.slice(0, 4) })];
  const text = JSON.stringify({ format: 'prep-lab results', version: 2, trials });
  expect(parseResults(text).problems).toEqual([
    {
      message: 'trials[1].history must have 10 epochs, received 4.',
      hint: 'the file was damaged or edited; restore it, or run again.',
    },
  ]);
});
