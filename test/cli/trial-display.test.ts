import { PassThrough } from 'node:stream';
import { afterEach, expect, test, vi } from 'vitest';
import { createTrialDisplay } from '../../src/cli/trial-display.js';
import { planTrials, type Trial } from '../../src/runner/trial.js';
import type { TrainProgress } from '../../src/training/train.js';
import { doneTrial, experiment } from '../report/results.js';

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

const [trial] = planTrials([experiment()]) as [Trial];
const record = {
  epoch: 1,
  trainLoss: 2,
  trainAccuracy: 0.25,
  learningRate: 0.001,
  trainSeconds: 4,
  validationSeconds: 0,
};

/** A stream that remembers what is written. */
function createStream(properties: object) {
  const stream = new PassThrough();
  let written = '';
  stream.setEncoding('utf8').on('data', (text) => {
    written += text;
  });
  return {
    stream: Object.assign(stream, properties) as unknown as NodeJS.WriteStream,
    written: () => written,
  };
}

function progressAt(step: number, read: () => void = () => {}): TrainProgress {
  const metrics = () => {
    read();
    return { loss: 1, accuracy: 0.5 };
  };
  return { epoch: 1, epochs: 2, step, steps: 100, imagesPerSecond: 1000, metrics };
}

test('Where it is not a terminal, starts, epochs and ends get a line each, and progress none', () => {
  const { stream, written } = createStream({ isTTY: false });
  const display = createTrialDisplay(stream);
  display.trialStarted(trial, { index: 1, count: 3 });
  display.trialProgress(
    trial,
    progressAt(50, () => {
      throw new Error('Nothing is shown, so nothing may be read from the engine.');
    }),
  );
  display.epochEnded(trial, record);
  display.trialEnded(doneTrial());
  expect(written()).toBe(
    [
      'raw (trial 2 of 3) ...',
      'raw: epoch 1/10, loss 2.000, accuracy 25.00 %, 4.0 s',
      'raw: test accuracy 58.84 % in 2 min 55 s',
      '',
    ].join('\n'),
  );
});

test('On a terminal one line is renewed twice a second, and cut to the width', () => {
  vi.useFakeTimers({ now: 0, toFake: ['performance', 'Date'] });
  vi.stubEnv('TERM', 'xterm');
  const { stream, written } = createStream({ isTTY: true, columns: 41 });
  const display = createTrialDisplay(stream);
  display.trialStarted(trial, { index: 0, count: 1 });
  let reads = 0;
  const count = () => {
    reads++;
  };
  for (let step = 1; step <= 20; step++) {
    vi.advanceTimersByTime(100);
    display.trialProgress(trial, progressAt(step, count));
  }
  expect(reads).toBe(4);
  display.epochEnded(trial, record);
  display.trialEnded(doneTrial());
  const lines = written().split('\u001b[1G\u001b[2K');
  expect(lines).toEqual([
    '',
    'raw  epoch 1/2  batch 5/100  loss 1.000 ',
    'raw  epoch 1/2  batch 10/100  loss 1.000',
    'raw  epoch 1/2  batch 15/100  loss 1.000',
    'raw  epoch 1/2  batch 20/100  loss 1.000',
    'raw: test accuracy 58.84 % in 2 min 55 s\n',
  ]);
});

test('The time left is told once three seconds have shown the pace', () => {
  vi.useFakeTimers({ now: 0, toFake: ['performance', 'Date'] });
  vi.stubEnv('TERM', 'xterm');
  const { stream, written } = createStream({ isTTY: true, columns: 200 });
  const display = createTrialDisplay(stream);
  display.trialStarted(trial, { index: 0, count: 1 });
  vi.advanceTimersByTime(2000);
  display.trialProgress(trial, progressAt(20));
  expect(written()).not.toContain('left');
  vi.advanceTimersByTime(2000);
  // 40 of 200 steps in 4 seconds.
  display.trialProgress(trial, progressAt(40));
  expect(written()).toContain('16 s left');
});
