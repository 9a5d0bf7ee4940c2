import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { type Cifar10, readCifar10 } from '../../../src/cifar10/dataset.js';
import { shippedCatalogue } from '../../../src/experiment/catalogue.js';
import { createPreview } from '../../../src/look/preview/create-preview.js';
import { drawSheet } from '../../../src/look/preview/draw-sheet.js';
import { defineStage, type StageDefinition } from '../../../src/stages/stage.js';
import { cachedData } from '../../cifar10/cached-data.js';
import { loadTestEngine } from '../../engine.js';
import { parseExperiment } from '../../experiment/parse.js';

let data: Cifar10;

beforeAll(async () => {
  await loadTestEngine();
  data = await readCifar10(await cachedData());
});

function preview(preprocessing: readonly object[], options = {}) {
  const experiment = parseExperiment({ name: 'a', preprocessing, dataset: { trainLimit: 100 } });
  const catalogue = shippedCatalogue();
  return createPreview(experiment, { catalogue, data, seed: 0, images: 2, draws: 2, ...options });
}

const mismatched = [{ name: 'minmax' }, { name: 'random-brightness', factor: 0.2 }];

test('training images show against the range of test images, draws from the first random stage on', () => {
  const { columns, images } = preview(mismatched);
  expect(images).toEqual([
    { className: 'airplane', index: 29 },
    { className: 'automobile', index: 4 },
  ]);
  expect(columns.map(({ title, shown, draws }) => [title, shown, draws.length])).toEqual([
    ['original', [0, 255], 1],
    ['[0] minmax', [0, 1], 1],
    ['[1] random-brightness', [0, 1], 2],
  ]);
  const { aboveShare, belowShare, imageCount } = columns[2]?.statistics ?? {};
  expect({ belowShare, imageCount }).toEqual({ belowShare: 0, imageCount: 100 });
  expect(aboveShare).toBeGreaterThan(0.3);
});

test('another seed draws otherwise, and images can be chosen', () => {
  const values = (options: object) => preview(mismatched, options).columns[2]?.draws[0]?.values;
  expect(values({})).toEqual(values({}));
  expect(values({ seed: 1 })).not.toEqual(values({}));
  const chosen = preview([], { images: [49_999] });
  expect(chosen.images).toEqual([{ className: 'automobile', index: 49_999 }]);
  expect(() => preview([], { images: [50_000] })).toThrow('There is no training image 50000');
});

test('images of other sizes and names full of markup are drawn', async () => {
  const name = `</text><script>\u001b[31m${'long '.repeat(100)}`;
  const hostile = defineStage({
    options: z.strictObject({ name: z.literal(name) }),
    create: () => ({
      when: 'always',
      gives: () => [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
      outputShape: ({ height, width }) => ({ height, width, channels: 1 }),
      apply: (images) => images.mean(3, true),
    }),
  }) as unknown as StageDefinition;
  const { stages, models } = shippedCatalogue();
  const catalogue = { stages: [...stages, hostile], models };
  const written = parseExperiment({ preprocessing: [{ name: 'resize', height: 12, width: 120 }] });
  const experiment = { ...written, preprocessing: [...written.preprocessing, { name }] };
  const made = createPreview(experiment, { catalogue, data, seed: 0, images: 1, draws: 1 });
  expect(made.columns[2]?.shown[0]).toBeGreaterThanOrEqual(0);
  const { width, height } = await drawSheet(made);
  expect(width).toBeLessThan(1200);
  expect(height).toBeLessThan(800);
});

test('long names of classes get room before their images, within limits', async () => {
  const made = preview([{ name: 'minmax' }], { images: 1 });
  const [image] = made.images;
  if (!image) throw new Error('There is one image.');
  const widthOf = async (className: string) => {
    const columns = Array(12).fill(made.columns[0]);
    const sheet = await drawSheet({ ...made, columns, images: [{ ...image, className }] });
    return sheet.width;
  };
  const short = await widthOf('cat');
  expect(await widthOf('automobile')).toBe(short);
  expect(await widthOf('a class of twenty')).toBeGreaterThan(short);
  expect(await widthOf('a name that never ends '.repeat(9))).toBe(short + 240 - 124);
});

test('a sheet that would not fit into memory is refused', async () => {
  const large = preview([{ name: 'resize', height: 256, width: 256 }], { images: 100 });
  const wide = { ...large, images: Array(1000).fill(large.images[0]) };
  await expect(drawSheet(wide)).rejects.toThrow('would be too large');
});
