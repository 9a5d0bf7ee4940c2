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
  [
    { name: 'random-affine', degrees: 15, translate: [0.1, 0.2], shearX: [-5, 10] },
    'turned clockwise by -15 to 15 degrees about the centre, moved by up to 0.1 of the width and 0.2 of the height, slanted by -5 to 10 degrees in x; read nearest, outside: 0',
  ],
  [
    { name: 'mixup', alpha: 0.2 },
    'l * x + (1 - l) * p, labels too, l from Beta(0.2, 0.2), p the image before it in the batch; one lambda for the batch',
  ],
  [
    { name: 'cutmix' },
    'a box of sqrt(1 - l) of each side shows p, the label keeps what the box leaves, l from Beta(1, 1), p the image before it in the batch; one lambda for the batch',
  ],
  [
    { name: 'mixup-or-cutmix' },
    'cutmix (Beta(1, 1)) with a probability of 0.5, else mixup (Beta(1, 1)), p the image before it in the batch; one lambda for the batch',
  ],
  [{ name: 'random-affine' }, 'x; read nearest, outside: 0'],
  [
    { name: 'random-perspective', distortion: 0.3 },
    'for 0.5 of the images each corner moves inwards by up to 0.3 of half the size; outside: 0',
  ],
  [
    { name: 'elastic', alpha: 30, sigma: 2 },
    'each pixel reads a place beside it: up to 15 pixels away, averaged by a Gaussian of 2; read bilinear, outside: 0',
  ],
  [{ name: 'random-right-angle' }, 'turned counter-clockwise by 0, 90, 180 or 270 degrees'],
  [
    { name: 'random-erasing', dialect: 'timm', fillValue: 'noise' },
    'for 0.5 of the images a rectangle of 0.02 to 0.333 of the area becomes normal noise',
  ],
  [
    { name: 'random-erasing', dialect: 'keras', probability: 1, fillValue: [1, 2, 3] },
    "for each image with a probability from 0 to 1 a rectangle of sides 0.141 to 0.574 of the image's becomes [1, 2, 3]",
  ],
  [
    { name: 'grid-mask', period: [6, 12], probability: 0.7 },
    'squares of a grid, 6 to 12 pixels apart, become 0; 0.5 of a period stays free; for 0.7 of the images',
  ],
  [
    { name: 'rand-augment' },
    '2 of 14 operations at 9 of 0..30; in levels of 0..255, read nearest, outside: 0',
  ],
  [
    { name: 'rand-augment', dialect: 'timm', magnitude: 7 },
    '2 of 15 operations at 7 of 0..10, each done with a probability of 0.5; in levels of 0..255, read nearest, outside: 0',
  ],
  [
    { name: 'rand-augment', dialect: 'keras' },
    '2 of 11 operations for a whole batch, at strengths from 0 to 0.5; read bilinear, outside: reflect',
  ],
  [
    { name: 'trivial-augment' },
    'one of 14 operations at a strength drawn from 31; in levels of 0..255, read nearest, outside: 0',
  ],
  [
    { name: 'auto-augment' },
    'one of 25 pairs of operations; in levels of 0..255, read nearest, outside: 0',
  ],
  [
    { name: 'aug-mix' },
    'mixed with 3 images made by 1 to 3 operations each, of 13, strengths below 3 of 10',
  ],
  [
    { name: 'choose', pick: 'each', stages: [{ name: 'minmax' }, { name: 'raw' }] },
    'each with a probability of 0.5, 0.5: x / 255 | x',
  ],
  [{ name: 'random-brightness', factor: 0.2 }, 'clip(x + f * 255, 0, 255), f from -0.2 to 0.2'],
  [
    { name: 'random-contrast', factor: 0.2, valueRange: [0, 1] },
    "clip((x - m) * f + m, 0, 1), m the mean of the image's channel, f from 1 to 1.2",
  ],
  [
    { name: 'random-brightness', factor: 0.4, dialect: 'torchvision' },
    'clip(x * f, 0, 255), f from 0.6 to 1.4',
  ],
  [
    { name: 'random-contrast', factor: [0.5, 2], dialect: 'torchvision' },
    "clip(x * f + m * (1 - f), 0, 255), m the mean of the image's grey, f from 0.5 to 2",
  ],
  [
    { name: 'random-saturation', factor: [0.4, 0.6], valueRange: [0, 1] },
    'S of HSV becomes clip(S * f / (1 - f), 0, 1), f from 0.4 to 0.6',
  ],
  [
    { name: 'random-hue', factor: 0.1, dialect: 'torchvision' },
    'H of HSV becomes H + f turns, f from -0.1 to 0.1',
  ],
  [
    { name: 'color-jitter', brightness: 0.4, hue: 0.1 },
    'brightness: clip(x * f, 0, 255), f from 0.6 to 1.4; hue: H of HSV becomes H + f turns, f from -0.1 to 0.1; in an order drawn for each image',
  ],
  [
    { name: 'per-image-standardization' },
    "(x - mean) / max(std, 1 / sqrt(n)), both of the image's own n values",
  ],
  [{ name: 'gcn' }, '55 d / sqrt(0 + sum(d^2)), d = x - the mean of the image'],
  [
    { name: 'zca' },
    "(x - mean) V diag(1 / sqrt(l + 0.1)) V', l and V of the covariance of the first 10000 training images",
  ],
  [
    { name: 'pca-whitening', epsilon: 1, imageCount: 500 },
    '(x - mean) V diag(1 / sqrt(l + 1)), l and V of the covariance of the first 500 training images',
  ],
  [
    { name: 'clahe', when: 'always', tiles: 4 },
    'the levels of each of 4 x 4 tiles are spread over 0 to 255, none by more than 4 times its share',
  ],
  [
    { name: 'pca-color', valueRange: [0, 1] },
    "clip(x + 1 * V (a * l), 0, 1), V and l of the colours' covariance, a of deviation 0.1",
  ],
  [{ name: 'gamma' }, 'u^g, u the share of the way from 0 to 255, g from 0.8 to 1.2'],
  [
    { name: 'grayscale' },
    '0.2989 r + 0.587 g + 0.114 b in all channels, where a draw from 0 to 1 is below 0.1',
  ],
  [{ name: 'grayscale', when: 'always' }, '0.2989 r + 0.587 g + 0.114 b in all channels'],
  [{ name: 'invert', valueRange: [0, 1] }, '1 - x, where a draw from 0 to 1 is below 0.5'],
  [
    { name: 'solarize', threshold: 0.4, probability: 1 },
    '0 of the way from 0 to 255 is added, then what is at 0.4 of it or beyond is inverted',
  ],
  [
    { name: 'posterize', bits: [2, 6] },
    'values as bytes from 0 to 255, of which the highest bits stay: from 2 to 6, where a draw from 0 to 1 is below 0.5',
  ],
  [
    { name: 'auto-contrast', when: 'always' },
    'the lowest value of each channel becomes 0, the highest 255',
  ],
  [
    { name: 'equalize', probability: 0.2 },
    'the levels of each channel are spread evenly from 0 to 255, where a draw from 0 to 1 is below 0.2',
  ],
  [
    { name: 'sharpness', factor: 2, probability: 1 },
    'clip(s + f * (x - s), 0, 255), s the mean of the pixels around, f 2',
  ],
  [
    { name: 'gaussian-blur', kernelSize: 3 },
    'mixed over 3 x 3 pixels by a bell curve of deviation from 0.1 to 2',
  ],
  [
    { name: 'gaussian-noise', std: 0.05, valueRange: [0, 1] },
    'clip(x + s * 1 * noise, 0, 1), noise of mean 0 and deviation 1, s 0.05',
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
