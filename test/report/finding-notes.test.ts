import { expect, test } from 'vitest';
import { noteOnFindings } from '../../src/report/notes.js';
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
  expect(notes[1]).toMatch(/^arm-1: 94 % of training images are constant/);
});

test('Of many findings the first are shown, and the number of the others', () => {
  const notes = noteOnFindings(constantArms(1000));
  expect(notes).toHaveLength(41);
  expect(notes[40]).toBe('960 more findings are in results.json and in the report.');
});

test('Ten thousand arms take seconds', () => {
  expect(noteOnFindings(constantArms(10_000))).toHaveLength(41);
}, 30_000);
