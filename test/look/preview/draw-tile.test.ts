import { expect, test } from 'vitest';
import { drawTile, markColours } from '../../../src/look/preview/draw-tile.js';

const grey = (...values: number[]) => ({
  values: Float32Array.from(values),
  shape: { height: 1, width: values.length, channels: 1 },
});

function coloursOf(pixels: Uint8Array): Set<string> {
  const colours = new Set<string>();
  for (let i = 0; i < pixels.length; i += 4) colours.add(pixels.subarray(i, i + 3).join());
  return colours;
}

test('values are mapped linearly from black to white, without smoothing', () => {
  const { width, height, pixels } = drawTile(grey(-1, 0, 1), [-1, 1], 3);
  expect({ width, height }).toEqual({ width: 3, height: 1 });
  expect([...pixels]).toEqual([0, 0, 0, 255, 128, 128, 128, 255, 255, 255, 255, 255]);
});

test.each([
  [1.5, '255,255,255', markColours.above],
  [-0.5, '0,0,0', markColours.below],
] as const)('the value %d is shown as the nearest end, with stripes', (value, end, mark) => {
  const colours = coloursOf(drawTile(grey(value), [0, 1], 12).pixels);
  expect(colours).toEqual(new Set([end, mark.join()]));
});

test('what is not a number has stripes of its own', () => {
  const colours = coloursOf(drawTile(grey(Number.NaN), [0, 1], 12).pixels);
  expect(colours).toEqual(new Set(['0,0,0', markColours.notFinite.join()]));
});

test('a pixel that is above in one channel and below in another has both stripes', () => {
  const image = {
    values: Float32Array.of(2, 0.5, -1),
    shape: { height: 1, width: 1, channels: 3 },
  };
  const colours = coloursOf(drawTile(image, [0, 1], 12).pixels);
  expect(colours).toContain(markColours.above.join());
  expect(colours).toContain(markColours.below.join());
});

test('rounding at the ends of the range is not marked', () => {
  expect(coloursOf(drawTile(grey(1.000001, -0.000001), [0, 1], 24).pixels).size).toBe(2);
});

test('proportions are kept, and one pixel is the least', () => {
  const wide = { values: new Float32Array(200), shape: { height: 1, width: 200, channels: 1 } };
  const { width, height } = drawTile(wide, [0, 1], 96);
  expect({ width, height }).toEqual({ width: 96, height: 1 });
});
