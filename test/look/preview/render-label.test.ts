import { expect, test } from 'vitest';
import { renderLabel } from '../../../src/look/preview/draw-sheet.js';

test('a mixed label shows its two largest shares', () => {
  expect(renderLabel([0.3, 0, 0, 0.7])).toEqual(['cat 70 %', 'airplane 30 %']);
  expect(renderLabel([0.2, 0.5, 0.3])).toEqual(['automobile 50 %', 'bird 30 %']);
  expect(renderLabel([0.004, 0.996])).toEqual(['automobile 100 %']);
});
