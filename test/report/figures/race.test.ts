import { expect, test } from 'vitest';
import { compareArms } from '../../../src/analysis/comparison/compare-arms.js';
import { selectTrainedArms } from '../../../src/analysis/findings/trained-arm.js';
import { drawFigure } from '../../../src/report/figures/draw-figure.js';
import { race as figure } from '../../../src/report/figures/race.js';
import { paperTheme } from '../../../src/report/figures/theme.js';
import { renderTable } from '../../../src/report/table.js';
import type { DoneTrial } from '../../../src/results/result.js';
import { race } from '../../experiment/race.js';
import { experiment, resultsOf, seedsOf } from '../results.js';

const control = seedsOf('minmax', [0.68, 0.69, 0.7, 0.685, 0.69]);

function racer(name: string, accuracies: readonly number[]): DoneTrial[] {
  return seedsOf(name, accuracies).map((trial) => ({
    ...trial,
    experiment: experiment({ name, race }),
  }));
}

const better = racer('zscore', [0.7, 0.712, 0.717, 0.706]);
const open = racer('raw', [0.66, 0.7, 0.68, 0.7, 0.7]);
const results = resultsOf(...control, ...better, ...open);
const options = { theme: paperTheme, width: 260, control: 'minmax' };

test('A chart for each racer shows the interval of each look since the first', () => {
  const panels = figure.create(selectTrainedArms(results), options);
  expect(panels.map(({ title }) => title)).toEqual(['zscore', 'raw']);
  expect(panels[0]?.description).toMatch(
    /^zscore, difference from the control in points: after 3 seeds \+1\.97 \(.*\), .*significant; after 4 seeds \+2\.00 \(.*\), significant\.$/,
  );
  expect(panels[1]?.description.match(/after/g)).toHaveLength(3);
});

test('It becomes an SVG, and nothing where nobody raced', async () => {
  const draw = (shown: typeof results) =>
    drawFigure(figure, shown, { format: 'svg', control: 'minmax', zoom: 1 });
  expect(await draw(results)).toMatch(/^<svg role="img" aria-label="/);
  expect(await draw(resultsOf(...control))).toBeUndefined();
});

test('The table compares with the control of the race, and says how', () => {
  const table = renderTable(results, { notes: 'all' });
  expect(table).toContain('against control');
  expect(table.replace(/\s+/g, ' ')).toContain(
    'Paired t test over 4 shared seeds, looked at after each: difference, interval and significance hold for all looks together, the row’s own interval does not.'.replace(
      '’',
      "'",
    ),
  );
});

test('An arm that raced is compared as one that was looked at after every seed; too few seeds are not compared', () => {
  const { method, verdict, count } = compareArms(control, better);
  expect([method, verdict, count]).toEqual(['sequential paired t test', 'better', 4]);
  expect(compareArms(control, open).verdict).toBe('too few');
  expect(compareArms(control, better.slice(0, 2))).toMatchObject({
    method: 'none',
    verdict: 'too few',
  });
  const same = racer('same', [0.6801, 0.69, 0.7001]);
  expect(compareArms(control, same).verdict).toBe('no difference');
});

test('Against another arm than its control it is compared as ever', () => {
  const other = seedsOf('other', [0.68, 0.69, 0.7, 0.685]);
  expect(compareArms(other, better).method).toBe('paired t test');
});
