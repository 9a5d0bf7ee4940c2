import { expect, test } from 'vitest';
import { createEstimator } from '../../../src/runner/plan/planned-trial.js';
import { planTrials, type Trial } from '../../../src/runner/trial.js';
import { doneTrial, environment, experiment } from '../../report/results.js';

/** 50,000 images, 10 epochs: a second for each 5,000 of them. */
const done = doneTrial({ durationSeconds: 100 });
const speed = { device: 'cpu', threads: 2 } as const;

const estimate = (changes: object = {}, epochsDone = 0) => {
  const [trial] = planTrials([experiment(changes)]) as [Trial];
  return createEstimator([done], speed).estimate(trial, epochsDone);
};
const { training } = experiment();

test('A trial takes as long an image and epoch as those that are done', () => {
  expect(estimate()).toBeCloseTo(100);
  expect(estimate({ training: { ...training, epochs: 3 } })).toBeCloseTo(30);
  expect(estimate({ dataset: { name: 'cifar10', trainLimit: 5000 } })).toBeCloseTo(10);
  expect(estimate({ training: { ...training, validation: { split: 25_000 } } })).toBeCloseTo(50);
  expect(estimate({}, 4)).toBeCloseTo(60);
});

test('Another precision is another speed', () => {
  expect(estimate({ training: { ...training, precision: 'mixed-bfloat16' } })).toBeUndefined();
});

test('Another preprocessing or model takes who knows how long', () => {
  expect(estimate({ preprocessing: [{ name: 'minmax' }] })).toBeUndefined();
  expect(estimate({ model: { name: 'deep', dropoutRates: [0, 0, 0, 0] } })).toBeUndefined();
});

test('The median of all that are alike counts, and they are counted', () => {
  const trials = [50, 100, 900].map((durationSeconds) => doneTrial({ durationSeconds }));
  const others = [
    doneTrial({ environment: { ...environment, threads: 1 } }),
    doneTrial({ environment: { ...environment, device: 'gpu' } }),
    doneTrial({ history: [] }),
  ];
  const estimator = createEstimator([...trials, ...others], speed);
  expect(estimator.sourceCount()).toBe(0);
  const [trial] = planTrials([experiment()]) as [Trial];
  expect(estimator.estimate(trial, 0)).toBeCloseTo(100);
  expect(estimator.sourceCount()).toBe(3);
});
