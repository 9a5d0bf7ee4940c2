import { expect, test } from 'vitest';
import { cifar10ClassNames } from '../../../src/cifar10/cifar10.js';
import { renderLabel } from '../../../src/look/preview/draw-sheet.js';

test('a mixed label shows its two largest shares', () => {
  expect(renderLabel([0.3, 0, 0, 0.7], cifar10ClassNames)).toEqual(['cat 70 %', 'airplane 30 %']);
  expect(renderLabel([0.2, 0.5, 0.3], cifar10ClassNames)).toEqual(['automobile 50 %', 'bird 30 %']);
  expect(renderLabel([0.004, 0.996], cifar10ClassNames)).toEqual(['automobile 100 %']);
});
