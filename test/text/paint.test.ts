import { expect, test } from 'vitest';
import { choosePaint, colourPaint, plainPaint } from '../../src/text/paint.js';

const terminal = { isTTY: true, hasColors: () => true };
const simple = { isTTY: true, hasColors: () => false };
const pipe = {};

test.each([
  ['a terminal with colours', terminal, {}, colourPaint],
  ['a terminal without', simple, {}, plainPaint],
  ['a pipe', pipe, {}, plainPaint],
  ['NO_COLOR', terminal, { NO_COLOR: '1' }, plainPaint],
  ['an empty NO_COLOR, which says nothing', terminal, { NO_COLOR: '' }, colourPaint],
  ['FORCE_COLOR in a pipe', pipe, { FORCE_COLOR: '1' }, colourPaint],
  ['FORCE_COLOR before NO_COLOR', pipe, { FORCE_COLOR: '', NO_COLOR: '1' }, colourPaint],
  ['FORCE_COLOR=0', terminal, { FORCE_COLOR: '0' }, plainPaint],
])('%s', (_, stream, env, paint) => {
  expect(choosePaint(stream, env)).toBe(paint);
});

test('a tone is a colour of the terminal and ends with the text', () => {
  expect(colourPaint('bad', 'worse')).toBe('\u001b[31mworse\u001b[39m');
  expect(plainPaint('bad', 'worse')).toBe('worse');
});
