import { expect, test } from 'vitest';
import { groupArms } from '../../../src/analysis/comparison/arm.js';
import { computeEqualBudgets } from '../../../src/analysis/comparison/equal-budget.js';
import { renderMarkdownTable } from '../../../src/report/table.js';
import type { DoneTrial } from '../../../src/results/result.js';
import { doneTrial, experiment, resultsOf } from '../../report/results.js';

/** A trial whose validation accuracy after each epoch is given. */
function trialWith(
  name: string,
  accuracies: readonly number[],
  options: { secondsAnEpoch?: number; trainImages?: number } = {},
): DoneTrial {
  const { secondsAnEpoch = 10, trainImages = 50_000 } = options;
  return doneTrial({
    experiment: experiment({ name }),
    imageCounts: { train: trainImages, validation: 0, test: 10_000 },
    history: accuracies.map((validationAccuracy, index) => ({
      epoch: index + 1,
      trainLoss: 1,
      trainAccuracy: 0.5,
      validationAccuracy,
      learningRate: 0.001,
      trainSeconds: secondsAnEpoch,
      validationSeconds: 1,
    })),
  });
}

const short = trialWith('short', [0.3, 0.4]);
const long = trialWith('long', [0.2, 0.35, 0.5, 0.6], { secondsAnEpoch: 8 });

test('a longer arm is shown at the epoch that took as many images, and as much time', () => {
  const [one, other] = groupArms([short, long]);
  const budgets = computeEqualBudgets([one, other].filter((arm) => arm !== undefined));
  expect(budgets?.images.amount).toBe(100_000);
  expect(budgets?.images.shortest.name).toBe('short');
  expect([...(budgets?.images.accuracies.values() ?? [])]).toEqual([0.4, 0.35]);
  expect(budgets?.seconds.amount).toBe(20);
  expect([...(budgets?.seconds.accuracies.values() ?? [])]).toEqual([0.4, 0.35]);
});

test('the table has the columns only where arms took different numbers of images', () => {
  const text = renderMarkdownTable(resultsOf(short, long));
  expect(text).toContain('| test accuracy | at equal images | at equal time | best |');
  expect(text).toContain('| 58.84 % | 35.00 % | 35.00 % |');
  expect(text).toContain(
    '- At equal images and at equal time: validation accuracy after the last epoch within 100,000 training images (all that short took) and within 20 s of training (short).\n',
  );
  expect(renderMarkdownTable(resultsOf(short, trialWith('same', [0.1, 0.2])))).not.toContain(
    'equal',
  );
});

test('fewer images an epoch count as what they are', () => {
  const few = trialWith('few', [0.1, 0.2, 0.3, 0.4, 0.5, 0.6], { trainImages: 25_000 });
  const budgets = computeEqualBudgets(groupArms([short, few]));
  expect([...(budgets?.images.accuracies.values() ?? [])]).toEqual([0.4, 0.4]);
});

test('an arm whose first epoch takes more is missing', () => {
  const tiny = trialWith('tiny', [0.1], { trainImages: 1000 });
  const arms = groupArms([short, tiny]);
  expect([...(computeEqualBudgets(arms)?.images.accuracies.keys() ?? [])]).toEqual([arms[1]]);
});

test('epochs that were judged on different images are not compared', () => {
  const split = { ...long, best: { epoch: 4, accuracy: 0.6, judgedOn: 'split' as const } };
  const { best: _, ...unjudged } = long;
  expect(computeEqualBudgets(groupArms([short, split]))).toBeUndefined();
  expect(computeEqualBudgets(groupArms([short, unjudged]))).toBeUndefined();
});
