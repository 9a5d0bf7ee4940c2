import { expect, test } from 'vitest';
import { shippedCatalogue } from '../../src/experiment/catalogue.js';
import { createStage } from '../../src/experiment/create-stage.js';
import { stages } from '../../src/stages/list.js';

const read = 'read bilinear, outside: reflect';

const formulas: [{ name: string; [option: string]: unknown }, string][] = [
  [{ name: 'raw' }, 'x'],
  [{ name: 'minmax' }, 'x / 255'],
  [{ name: 'minmax', range: [-1, 1] }, 'x / 255 * 2 + (-1)'],
  [{ name: 'minmax', inputRange: [-1, 1], range: [1, 2] }, '(x - (-1)) / 2 + 1'],
  [{ name: 'zscore' }, '(x - mean) / std, both of the training images, for each channel'],
  [{ name: 'normalize', mean: [0.5, 0.4, 0.3], std: 0.25 }, '(x - [0.5, 0.4, 0.3]) / 0.25'],
  [
    { name: 'alternating-flip' },
    'left and right are swapped in every other epoch: from the first on where a draw of the image is below 0.5, else from the second',
  ],
  [{ name: 'random-crop', padding: 4 }, 'moved by whole pixels, -4 to 4 each way; outside: 0'],
  [
    { name: 'random-crop', padding: 2, fillMode: 'torch-reflect' },
    'moved by whole pixels, -2 to 2 each way; outside: torch-reflect',
  ],
  [{ name: 'cutout', size: 8 }, 'a square of 8 x 8 pixels becomes 0, its centre anywhere'],
  [
    { name: 'cutout', size: 12, border: 'inside', fillValue: 0.5 },
    'a square of 12 x 12 pixels becomes 0.5, inside of the image',
  ],
  [
    { name: 'random-flip', probability: 0.25 },
    'turned upside down (left and right, top and bottom swapped) where a draw from 0 to 1 is at most 0.25',
  ],
  [
    { name: 'random-rotation', factor: 0.1 },
    `turned about the centre by -36 to 36 degrees, counter-clockwise; ${read}`,
  ],
  [
    { name: 'random-zoom', heightFactor: 0.1 },
    `pixel (x, y) from the centre reads (h x, h y), h from 0.9 to 1.1; ${read}`,
  ],
  [
    { name: 'random-translation', heightFactor: 0.1, widthFactor: 0, fillMode: 'constant' },
    'moved down by -0.1 to 0.1 of the height and right by 0 to 0 of the width; read bilinear, outside: 0',
  ],
  [
    { name: 'random-shear', xFactor: 0.2 },
    `pixel (x, y) reads (x + s a y, s b x + y), a from -0.2 to 0.2, b from 0 to 0, s -1 or 1; ${read}`,
  ],
  [{ name: 'random-brightness', factor: 0.2 }, 'clip(x + f * 255, 0, 255), f from -0.2 to 0.2'],
  [
    { name: 'random-contrast', factor: 0.2, valueRange: [0, 1] },
    "clip((x - m) * c + m, 0, 1), c from 1 to 1.2, m the mean of the image's channel",
  ],
  [
    { name: 'resize', height: 16, width: 8 },
    'pixel i of n reads place (i + 0.5) input / n - 0.5, bilinear; 16 x 8',
  ],
  [{ name: 'center-crop', height: 28, width: 24 }, 'the middle 28 x 24 pixels'],
  [{ name: 'pad', margin: 4 }, '4 pixels of 0 on each side'],
  [{ name: 'pad', height: 40, width: 48, fillValue: 1 }, 'pixels of 1 around, up to 40 x 48'],
];

test.each(formulas)('%j says what it computes', (options, formula) => {
  expect(createStage(options, shippedCatalogue()).formula).toBe(formula);
});

test('every stage says what it computes', () => {
  const told = new Set(formulas.map(([{ name }]) => name));
  expect(stages.filter(({ name }) => !told.has(name))).toEqual([]);
});
