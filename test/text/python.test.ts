import { expect, test } from 'vitest';
import { callPython, renderPython } from '../../src/text/python.js';

test('Values are written as Python writes them', () => {
  const value = [1, 0.5, 1e-7, 'a "b"', true, false, null, [2], { code: 'x.y' }];
  expect(renderPython(value)).toBe('[1, 0.5, 1e-7, "a \\"b\\"", True, False, None, [2], x.y]');
});

test('A named argument that is left out stays as Python has it', () => {
  const named = { strides: [1, 1], activation: undefined, use_bias: false };
  expect(callPython('layers.Conv2D', [32, 3], named)).toBe(
    'layers.Conv2D(32, 3, strides=[1, 1], use_bias=False)',
  );
});
