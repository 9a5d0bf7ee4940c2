import { z } from 'zod';
import { callPython } from '../text/python.js';
import { factorOption, renderNumber, symmetricRange } from './factor.js';
import { createGeometricStage, samplingInKeras, samplingOptions } from './geometric-stage.js';
import { defineStage, drawn, type RandomSource, type ValueRange } from './stage.js';

// At -1 the zoom would be 0, and the whole image one pixel.
const zoomFactor = factorOption(z.number().gt(-1).max(1));

/**
 * Scales each image about its centre; a zoom above 1 shows more than the image, so its content gets smaller.
 * Formula: column = zw x + (1 - zw) (W - 1) / 2, row = zh y + (1 - zh) (H - 1) / 2.
 * Source: Keras' RandomZoom. Without `widthFactor` there is one draw, and proportions are kept.
 */
export const randomZoom = defineStage({
  options: z
    .strictObject({
      name: z.literal('random-zoom'),
      heightFactor: zoomFactor.describe(
        'Largest change of the height (0.1: 10 % out to 10 % in), or a pair [low, high]; positive zooms out.',
      ),
      widthFactor: zoomFactor
        .nullable()
        .default(null)
        .describe('As heightFactor, for the width; null takes the zoom drawn for the height.'),
      ...samplingOptions,
    })
    .describe('Zooms each training image in or out about its centre.')
    .meta({
      examples: [
        { name: 'random-zoom', heightFactor: 0.1 },
        { name: 'random-zoom', heightFactor: [-0.2, 0], widthFactor: 0.1, fillMode: 'constant' },
      ],
      alsoCalled: [
        'RandomScale',
        'scale',
        'RandomResizedCrop',
        'RandomCropAndResize',
        'RandomAffine',
        'affine',
        'ShiftScaleRotate',
        'zoom-range',
      ],
    }),
  create({ heightFactor, widthFactor, ...sampling }) {
    const heightRange = symmetricRange(heightFactor);
    const widthRange = widthFactor === null ? undefined : symmetricRange(widthFactor);
    return createGeometricStage({
      formula: widthRange
        ? `pixel (x, y) from the centre reads (w x, h y), h ${renderZoom(heightRange)}, w ${renderZoom(widthRange)}`
        : `pixel (x, y) from the centre reads (h x, h y), h ${renderZoom(heightRange)}`,
      sampling,
      inPython: {
        keras: () => [
          callPython('layers.RandomZoom', [symmetricRange(heightFactor)], {
            width_factor: widthRange,
            ...samplingInKeras(sampling),
          }),
        ],
      },
      draw: (random, count) => ({
        heightZoom: drawZoom(random, 'heightZoom', { count, range: heightRange }),
        ...(widthRange && {
          widthZoom: drawZoom(random, 'widthZoom', { count, range: widthRange }),
        }),
      }),
      map(draw, { height, width }) {
        const zoomY = drawn(draw, 'heightZoom');
        const zoomX = widthRange ? drawn(draw, 'widthZoom') : zoomY;
        const offset = (zoom: typeof zoomY, size: number) =>
          zoom
            .neg()
            .add(1)
            .mul((size - 1) / 2);
        return { a: [zoomX, 0, offset(zoomX, width)], b: [0, zoomY, offset(zoomY, height)] };
      },
    });
  },
});

function drawZoom(
  random: RandomSource,
  name: string,
  { count, range: [low, high] }: { count: number; range: ValueRange },
) {
  return random.uniform(name, { shape: [count], low: 1 + low, high: 1 + high });
}

function renderZoom([low, high]: ValueRange): string {
  return `from ${renderNumber(1 + low)} to ${renderNumber(1 + high)}`;
}
