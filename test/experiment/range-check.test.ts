import { expect, test } from 'vitest';
import { shippedCatalogue } from '../../src/experiment/catalogue.js';
import { checkRanges } from '../../src/experiment/range-check.js';
import { parseExperiment } from './parse.js';

function warningsOf(...preprocessing: object[]): string[] {
  const warnings = checkRanges(parseExperiment({ preprocessing }), shippedCatalogue());
  return warnings.map(({ message, hint }) => `${message} ${hint}`);
}

const minmax = { name: 'minmax' };
const brightness = { name: 'random-brightness', factor: 0.2 };
const contrast = { name: 'random-contrast', factor: 0.2 };

test("brightness with Keras' default range on images in 0..1 is a warning with the edit", () => {
  expect(warningsOf(minmax, brightness)).toEqual([
    'preprocessing[1]: "random-brightness" is made for values from 0 to 255, received values from 0 to 1. write {"name":"random-brightness","factor":0.2,"valueRange":[0,1]}.',
  ]);
});

test('the walk goes on as if the stage before had been mended', () => {
  expect(warningsOf(minmax, brightness, { ...contrast, valueRange: [0, 1] })).toHaveLength(1);
  expect(warningsOf(minmax, brightness, contrast)).toEqual([
    expect.stringContaining('preprocessing[1]: "random-brightness"'),
    expect.stringContaining(
      'received values from 0 to 1. write {"name":"random-contrast","factor":0.2,"valueRange":[0,1]}.',
    ),
  ]);
});

test('a stage after zscore is told the range that is typical there', () => {
  expect(warningsOf({ name: 'zscore' }, { ...brightness, valueRange: [0, 1] })).toEqual([
    'preprocessing[1]: "random-brightness" is made for values from 0 to 1, received values from -2.5 to 2.5. write {"name":"random-brightness","factor":0.2,"valueRange":[-2.5,2.5]}.',
  ]);
});

test('scaling twice is a warning, whatever the option with the range is called', () => {
  expect(warningsOf(minmax, minmax)).toEqual([
    'preprocessing[1]: "minmax" is made for values from 0 to 255, received values from 0 to 1. write {"name":"minmax","inputRange":[0,1]}.',
  ]);
});

test.each([
  [[brightness, contrast, minmax]],
  [[minmax, { ...brightness, valueRange: [0, 1] }, { ...contrast, valueRange: [0, 1] }]],
  [
    [
      { name: 'minmax', range: [-1, 1] },
      { ...brightness, valueRange: [-1, 1] },
    ],
  ],
  [[{ name: 'random-rotation', factor: 0.1, fillMode: 'constant' }, brightness]],
  [[{ name: 'zscore' }, { name: 'random-flip' }]],
  [[]],
])('%j fits', (preprocessing) => {
  expect(warningsOf(...preprocessing)).toEqual([]);
});
