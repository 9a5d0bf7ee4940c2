import { expect, test } from 'vitest';
import { parseRace } from '../../src/experiment/parse-race.js';

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
  ['', 'against '],
  ['minmax,seeds=3', 'expected key=value after the control, received "seeds=3".'],
  ['minmax,margin=1', 'margin must be percentage points such as "1pp" or "0.5pp".'],
  ['minmax,margin=0pp', 'margin must lie between 0 and 100 percentage points.'],
  ['minmax,minSeeds=9,maxSeeds=8', 'maxSeeds must be at least minSeeds.'],
  ['minmax,maxSeeds=x', 'maxSeeds '],
])('--race %j is refused', (text, message) => {
  expect(parseRace(text)).toMatchObject({ message: expect.stringContaining(message) });
});
