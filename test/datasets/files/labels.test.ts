import { expect, test } from 'vitest';
import { numberLabels } from '../../../src/datasets/files/labels.js';
import { exitCodes } from '../../../src/user-error.js';

function number(labels: readonly (string | number)[], known?: readonly string[]) {
  const places = labels.map((_, index) => `row ${index}`);
  const numbered = numberLabels(labels, places, { known, classOrder: undefined });
  return [[...numbered.labels], numbered.classNames];
}

test.each([
  ['whole numbers', ['2', '0', '1'], [2, 0, 1], ['0', '1', '2']],
  ['as pandas writes them', ['1.0', '0.0', '1.'], [1, 0, 1], ['0', '1']],
  ['numbers of a table', [1, 0], [1, 0], ['0', '1']],
  ['words', ['dog', 'cat'], [1, 0], ['cat', 'dog']],
  ['numbers beside words', ['-1', 'cat', '0.5'], [0, 2, 1], ['-1', '0.5', 'cat']],
  ['words of digits and letters', ['v0.5', 'v-1'], [1, 0], ['v-1', 'v0.5']],
])('%s are labels', (_, labels, expected, names) => {
  expect(number(labels)).toEqual([expected, names]);
});

test.each([
  ['a negative one', ['0', '-1', '1'], 'row 1', '0 to 999, received -1'],
  ['a fraction', ['0', '1', '0.5'], 'row 2', '0 to 999, received 0.5'],
  ['a fraction of a table', [0.5, 1], 'row 0', '0 to 999, received 0.5'],
  ['one with a sign', ['-1', '+1'], 'row 0', '0 to 999, received -1'],
  ['one beyond all classes', ['0', '1000'], 'row 1', '0 to 999, received 1000'],
])('where all labels are numbers, %s is refused', (_, labels, place, received) => {
  expect(() => number(labels)).toThrow(
    expect.objectContaining({
      message: `"${place}": the label must be a whole number from ${received}.`,
      hint: 'labels that are numbers are counted from 0; the name of a class needs a letter.',
      exitCode: exitCodes.data,
    }),
  );
});

test('a label that is no known class is refused as it is written', () => {
  expect(number(['dog', 'cat'], ['cat', 'dog'])).toEqual([
    [1, 0],
    ['cat', 'dog'],
  ]);
  expect(() => number(['cat', 'cow'], ['cat', 'dog'])).toThrow(
    '"row 1": the label must name one of the classes cat and dog, received "cow".',
  );
  expect(() => number(['0', '2'], ['cat', 'dog'])).toThrow(
    '"row 1": the label must be a whole number from 0 to 1, received 2.',
  );
});
