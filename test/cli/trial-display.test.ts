import { PassThrough } from 'node:stream';
import { afterEach, expect, test, vi } from 'vitest';
import { createTrialDisplay } from '../../src/cli/trial-display.js';
import { planTrials, type Trial } from '../../src/runner/trial.js';
import type { ProgressNumbers } from '../../src/runner/trial-process/messages.js';
import { doneTrial, experiment } from '../report/results.js';

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

const [trial, again] = planTrials([experiment({ seeds: [0, 1] })]).map((each) => ({
  ...each,
  experiment: experiment(),
})) as [Trial, Trial];
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

function progressAt(step: number, loss = 1): ProgressNumbers {
  const metrics = { loss, accuracy: 0.5 };
  return { epoch: 1, epochs: 2, step, steps: 100, imagesPerSecond: 1000, metrics };
}

/** A wide terminal on which a trial has begun, and time that stands still. */
function startLive() {
  vi.useFakeTimers({ now: 0, toFake: ['performance'] });
  vi.stubEnv('TERM', 'xterm');
  const { stream, written } = createStream({ isTTY: true, columns: 200 });
  const display = createTrialDisplay(stream);
  display.expect([trial]);
  display.started(trial);
  return { display, written };
}

test('Where it is not a terminal, starts, epochs and ends get a line each, and progress none', () => {
  const { stream, written } = createStream({ isTTY: false });
  const display = createTrialDisplay(stream);
  display.expect([trial, again]);
  expect(display.isLive).toBe(false);
  display.started(trial);
  display.progress(trial, progressAt(50));
  display.epoch(trial, record);
  display.ended(trial, doneTrial());
  display.started(again);
  display.resumed(trial, { epoch: 2, step: 0 });
  display.resumed(trial, { epoch: 2, step: 17 });
  display.note('Something to know.');
  display.interrupted(trial);
  expect(written()).toBe(
    [
      'raw (trial 1 of 2) ...',
      'raw: epoch 1/10, loss 2.000, accuracy 25.00 %, 4.0 s',
      'raw: test accuracy 58.84 % in 2 min 55 s',
      'raw (trial 2 of 2) ...',
      'raw: continues from its checkpoint after epoch 2',
      'raw: continues from its checkpoint in epoch 3, after step 17',
      'Something to know.',
      'raw: interrupted',
      '',
    ].join('\n'),
  );
});

test('Where it is not a terminal, an epoch says how long the run still takes', () => {
  vi.useFakeTimers({ now: 0, toFake: ['performance'] });
  const { stream, written } = createStream({ isTTY: false });
  const display = createTrialDisplay(stream);
  display.expect([trial, again]);
  display.started(trial);
  display.progress(trial, progressAt(0));
  vi.advanceTimersByTime(10_000);
  display.epoch(trial, record);
  // One of ten epochs took 10 s: nine of this trial are left, and ten of the other.
  expect(written()).toContain('accuracy 25.00 %, 4.0 s (run: 3 min 10 s left)\n');
});

/** Waits until something is on the screen, which is renewed four times a second. */
async function waitFor(written: () => string, text: string | RegExp): Promise<void> {
  await vi.waitFor(() => expect(written()).toMatch(text), { timeout: 3000 });
}

test('On a terminal each running trial has a line, cut to the width; its end stays', async () => {
  vi.stubEnv('TERM', 'xterm');
  const { stream, written } = createStream({ isTTY: true, columns: 41 });
  const display = createTrialDisplay(stream);
  expect(display.isLive).toBe(true);
  const other = { ...trial, id: 'other', experiment: experiment({ name: 'other' }) };
  display.expect([trial, other]);
  display.started(trial);
  display.started(other);
  display.progress(trial, progressAt(5));
  display.progress(other, progressAt(7, 2));
  await waitFor(written, 'raw  epoch 1/2  batch 5/100  loss 1.000');
  await waitFor(written, 'other  epoch 1/2  batch 7/100  loss 2.00');
  await waitFor(written, '░░░░░░░░░░░░░░░░░░░░   3 %  trial 2 of 2');
  expect(written()).not.toContain('accuracy 50');
  display.epoch(trial, record);
  display.ended(trial, doneTrial());
  display.ended(other, doneTrial({ experiment: other.experiment }));
  await waitFor(written, 'raw: test accuracy 58.84 % in 2 min 55 s\n');
  await waitFor(written, 'other: test accuracy 58.84 % in 2 min 55 s\n');
  expect(written()).not.toContain('loss 2.000, accuracy');
});

test('The time left is told once three seconds have shown the pace', async () => {
  const { display, written } = startLive();
  display.progress(trial, progressAt(0));
  vi.advanceTimersByTime(2000);
  display.progress(trial, progressAt(20));
  await waitFor(written, 'batch 20/100');
  expect(written()).not.toContain('left');
  vi.advanceTimersByTime(2000);
  // 40 of 200 steps in 4 seconds.
  display.progress(trial, progressAt(40));
  await waitFor(written, /1[67] s left/);
  display.interrupted(trial);
});

test('Where it is not a terminal, the judging on corrupted images gets a line a minute', () => {
  vi.useFakeTimers({ now: 0, toFake: ['performance'] });
  const { stream, written } = createStream({ isTTY: false });
  const display = createTrialDisplay(stream);
  for (let done = 1; done <= 75; done++) {
    display.progress(trial, { done, all: 75 });
    vi.advanceTimersByTime(2500);
  }
  expect(written()).toBe(
    [
      'raw: judged on 25 of 75 sets of corrupted images, 2 min 5 s left',
      'raw: judged on 49 of 75 sets of corrupted images, 1 min 5 s left',
      'raw: judged on 73 of 75 sets of corrupted images, 5.0 s left',
      '',
    ].join('\n'),
  );
});

test('On a terminal the judging on corrupted images takes the line of its training', async () => {
  const { display, written } = startLive();
  display.progress(trial, { done: 1, all: 5 });
  await waitFor(written, 'raw: judged on 1 of 5 sets of corrupted images');
  vi.advanceTimersByTime(4000);
  display.progress(trial, { done: 3, all: 5 });
  await waitFor(written, /raw: judged on 3 of 5 sets of corrupted images, \d\.\d s left/);
  display.interrupted(trial);
});
