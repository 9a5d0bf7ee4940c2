import { expect, test } from 'vitest';
import { mostShownArms, selectShownArms } from '../../../src/analysis/findings/shown-arms.js';
import { doneTrial, experiment, resultsOf } from '../../report/results.js';

/** Arms "arm-0", "arm-1" ... of falling accuracy. */
const many = (count: number) =>
  resultsOf(
    ...Array.from({ length: count }, (_, index) =>
      doneTrial({
        experiment: experiment({ name: `arm-${index}` }),
        test: { accuracy: 0.9 - index / 1000, loss: 1, epoch: 10, weights: 'last' },
      }),
    ),
  );

const namesOf = (results: ReturnType<typeof many>, control?: string) =>
  selectShownArms(results, control).arms.map(({ name }) => name);

test('as many arms as a reader compares by eye are all shown', () => {
  const { arms, note } = selectShownArms(many(mostShownArms));
  expect({ count: arms.length, note }).toEqual({ count: 40, note: undefined });
});

test('of more, the best and the worst are shown, in the order of the results', () => {
  const names = namesOf(many(100));
  expect(names).toHaveLength(40);
  expect([names[0], names[19], names[20], names[39]]).toEqual([
    'arm-0',
    'arm-19',
    'arm-80',
    'arm-99',
  ]);
  expect(selectShownArms(many(1000)).note).toBe(
    'Of 1,000 experiments 40 are drawn: those with the highest and the lowest test accuracy.',
  );
});

test('where each is compared with the one before it, the first are shown, without a gap', () => {
  const { arms, note } = selectShownArms(many(100), '@previous');
  expect([arms.length, arms[0]?.name, arms.at(-1)?.name]).toEqual([40, 'arm-0', 'arm-39']);
  expect(note).toBe('Of 100 experiments 40 are drawn: the first ones.');
});

test('the control is always among them', () => {
  const names = namesOf(many(100), 'arm-50');
  expect(names).toHaveLength(40);
  expect([names[19], names[20], names[21]]).toEqual(['arm-19', 'arm-50', 'arm-81']);
  expect(selectShownArms(many(100), 'arm-50')).toMatchObject({
    control: 'arm-50',
    note: 'Of 100 experiments 40 are drawn: those with the highest and the lowest test accuracy, and the control.',
  });
});
