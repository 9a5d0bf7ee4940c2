import { expect, test } from 'vitest';
import { noteOnFindings, summariseFindings } from '../../src/report/notes/findings.js';
import type { DoneTrial } from '../../src/results/result.js';
import { diagnostics, inputStatistics } from './diagnostics.js';
import { doneTrial, experiment, resultsOf } from './results.js';

/** Arms of which each is told to have constant images. */
function constantArms(count: number) {
  const { input, ...rest } = diagnostics();
  const train = inputStatistics({ constantShare: 0.94 });
  return resultsOf(
    ...Array.from({ length: count }, (_, index) =>
      doneTrial({
        experiment: experiment({ name: `arm-${index}` }),
        diagnostics: { ...rest, input: { ...input, train } },
      }),
    ),
  );
}

test('Each finding is a line', () => {
  const notes = noteOnFindings(constantArms(2));
  expect(notes).toHaveLength(2);
  expect(notes[1]?.text).toMatch(/^arm-1: 94 % of training images are constant/);
});

test('Of many findings the first are shown, and the number of the others', () => {
  const notes = noteOnFindings(constantArms(1000));
  expect(notes).toHaveLength(41);
  expect(notes[40]?.text).toBe('960 more findings are in results.json and in the report.');
});

test('Ten thousand arms take seconds', () => {
  expect(noteOnFindings(constantArms(10_000))).toHaveLength(41);
}, 30_000);

test('The cause comes first, with what came of it, and experiments with faults before others', () => {
  const brightness = { name: 'random-brightness', factor: 0.2, valueRange: [0, 255] };
  const results = resultsOf(
    doneTrial({
      history: [{ ...doneTrial().history[0], trainAccuracy: 0.9 } as DoneTrial['history'][number]],
      test: { accuracy: 0.7, loss: 1, epoch: 1, weights: 'last' },
    }),
    doneTrial({
      experiment: experiment({ name: 'dark', preprocessing: [{ name: 'minmax' }, brightness] }),
      test: { accuracy: 0.1188, loss: 2.3, epoch: 1, weights: 'last' },
      history: [],
    }),
  );
  expect(summariseFindings(results)).toEqual([
    {
      rank: 'fault',
      text: 'dark: random-brightness expects 0 to 255 but gets 0 to 1: set valueRange to [0,1]. Test accuracy 11.88 %: guessing gives 10 %.',
    },
    {
      rank: 'remark',
      text: 'raw: Training accuracy 90.00 %, test accuracy 70.00 %: a gap of 20.0 points.',
    },
  ]);
});
