import { expect, test } from 'vitest';
import { parseSeedList, parseSeeds } from '../../src/cli/plan-options.js';

test('--seeds takes a count or a list, --seed always a list', () => {
  expect(parseSeeds('3')).toEqual([0, 1, 2]);
  expect(parseSeeds('5,7')).toEqual([5, 7]);
  expect(parseSeedList('3')).toEqual([3]);
  expect(parseSeedList('2147483647,0')).toEqual([2147483647, 0]);
});

test.each(['', '0', '1001', '-1', '1.5', 'a', '1,1', '1,', ',', '1,2147483648'])(
  '--seeds %j is refused',
  (text) => {
    expect(() => parseSeeds(text)).toThrow(/^expected /);
  },
);
