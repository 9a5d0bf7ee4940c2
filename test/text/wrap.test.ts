import fc from 'fast-check';
import { expect, test } from 'vitest';
import { widthOf, wrapText } from '../../src/text/wrap.js';

test.each([
  ['minmax, random-rotation 0.1', 40, ['minmax, random-rotation 0.1']],
  ['minmax, random-rotation 0.1', 16, ['minmax,', 'random-rotation', '0.1']],
  ['photometric-fixed here', 12, ['photometric-', 'fixed here']],
  ['accuracy 11.88 %', 14, ['accuracy', '11.88 %']],
  ['epsilon 1e-7', 9, ['epsilon', '1e-7']],
  ['random-translation', 6, ['random', '-', 'transl', 'ation']],
  ['大きさ', 4, ['大き', 'さ']],
  ['-', 1, ['-']],
  ['', 5, ['']],
  ['0–255 → 0…1', 11, ['0–255 → 0…1']],
])('"%s" in %d columns', (text, width, lines) => {
  expect(wrapText(text, width)).toEqual(lines);
});

// Source: Unicode Standard Annex 11 (East Asian Width) and 29 (what a reader takes for one character).
test.each([
  ['text', 'accuracy', 8],
  ['a dash, an arrow and a rule', '–→─', 3],
  ['an accent that combines', 'e\u0301', 1],
  ['wide characters', '大きさ', 6],
  ['a family', '👨\u200d👩\u200d👧', 2],
  ['controls', '\u0007\t', 0],
])('the width of %s', (_, text, width) => {
  expect(widthOf(text)).toBe(width);
});

test('no line is too wide, and no character is lost', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 2, max: 40 }), (text, width) => {
      const lines = wrapText(text, width);
      expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(width);
      expect(lines.join('').replaceAll(/\s/g, '')).toBe(text.replaceAll(/\s/g, ''));
    }),
  );
});
