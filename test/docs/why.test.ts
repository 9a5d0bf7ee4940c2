import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  meanDiagnostic,
  selectTrainedArms,
  type TrainedArm,
} from '../../src/analysis/findings/trained-arm.js';
import { readResults } from '../../src/results/read-results.js';
import { computeMean, computeMedian, computeStandardDeviation } from '../../src/statistics/mean.js';

/** The table's cells by the name of their experiment. */
function readTable(): Map<string, string[]> {
  const rows = readFileSync('docs/why.md', 'utf8').matchAll(/^\| ([a-z-]+) \| (\d.*) \|$/gm);
  return new Map([...rows].map(([, name = '', cells = '']) => [name, cells.split(' | ')]));
}

function expectedValues(arm: TrainedArm): (number | undefined)[] {
  const accuracies = arm.trials.map(({ test: { accuracy } }) => 100 * accuracy);
  return [
    computeMean(accuracies),
    computeStandardDeviation(accuracies),
    meanDiagnostic(arm, ({ gradientNorm }) => gradientNorm.firstSteps[0]),
    meanDiagnostic(arm, ({ gradientNorm }) => computeMedian(gradientNorm.firstSteps)),
    meanDiagnostic(arm, ({ gradientNorm }) => gradientNorm.epochs[0]),
    meanDiagnostic(arm, ({ gradientNorm }) => gradientNorm.epochs[4]),
    meanDiagnostic(arm, ({ input }) => 100 * input.train.saturatedShare),
    meanDiagnostic(arm, ({ input }) => 100 * input.train.constantShare),
    meanDiagnostic(arm, ({ input }) => input.shift),
  ];
}

test('the numbers in docs/why.md are those of results/why', async () => {
  const table = readTable();
  const arms = selectTrainedArms(await readResults('results/why'));
  expect([...table.keys()]).toEqual(arms.map(({ name }) => name));
  for (const arm of arms) {
    const numbers = table.get(arm.name)?.flatMap((cell) => cell.match(/\d+(\.\d+)?/g) ?? []) ?? [];
    const expected = expectedValues(arm);
    expect(numbers).toHaveLength(expected.length);
    for (const [at, number] of numbers.entries()) {
      const digits = number.split('.')[1]?.length ?? 0;
      expect([arm.name, at, number]).toEqual([arm.name, at, expected[at]?.toFixed(digits)]);
    }
  }
});
