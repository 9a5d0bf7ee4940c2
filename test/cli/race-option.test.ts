import { expect, test } from 'vitest';
import { renderStanding } from '../../src/cli/race.js';
import { parseRace } from '../../src/cli/race-option.js';

test('--race takes a control and what is not to have its default', () => {
  expect(parseRace('minmax')).toEqual({
    against: 'minmax',
    margin: '1pp',
    alpha: 0.05,
    power: 0.8,
    minSeeds: 3,
    maxSeeds: 20,
  });
  expect(parseRace('minmax,margin=0.5pp,maxSeeds=8')).toMatchObject({
    margin: '0.5pp',
    maxSeeds: 8,
  });
});

test.each([
  ['', 'against: '],
  [
    'minmax,seeds=3',
    'expected key=value after the control, with margin, alpha, power, minSeeds, maxSeeds.',
  ],
  ['minmax,margin=1', 'margin: must be percentage points such as "1pp" or "0.5pp".'],
  ['minmax,margin=0pp', 'margin: must lie between 0 and 100 percentage points.'],
  ['minmax,minSeeds=9,maxSeeds=8', 'maxSeeds: must be at least minSeeds.'],
  ['minmax,maxSeeds=x', 'maxSeeds: '],
])('--race %j is refused', (text, message) => {
  expect(() => parseRace(text)).toThrow(message);
});

test('A standing names who ended, after how many seeds, and who goes on', () => {
  expect(
    renderStanding({
      wanted: new Set(),
      racers: [
        { name: 'zscore', verdict: 'better', seedCount: 4 },
        { name: 'same', verdict: 'within margin', seedCount: 5 },
        { name: 'raw', verdict: 'racing', seedCount: 5 },
      ],
    }),
  ).toBe(
    'Race after 5 seeds: zscore is better (4); same is within the margin (5); raw still in the race.',
  );
});
