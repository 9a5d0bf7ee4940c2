import type { Stage } from '../../src/stages/stage.js';
import type { GoldenLayer } from './golden-case.js';
import { createListedStage } from './listed-stage.js';

const stageNames: Record<string, string> = {
  RandomFlip: 'random-flip',
  RandomRotation: 'random-rotation',
  RandomZoom: 'random-zoom',
  RandomTranslation: 'random-translation',
  RandomShear: 'random-shear',
  RandomBrightness: 'random-brightness',
  RandomContrast: 'random-contrast',
  Resizing: 'resize',
  CenterCrop: 'center-crop',
  RandomSaturation: 'random-saturation',
  RandomHue: 'random-hue',
  RandomColorJitter: 'color-jitter',
  RandomSharpness: 'sharpness',
  RandomGrayscale: 'grayscale',
  RandomPosterization: 'posterize',
  Solarization: 'solarize',
  AutoContrast: 'auto-contrast',
  Equalization: 'equalize',
  ContrastLimitedAdaptiveHistogramEqualization: 'clahe',
};

/** Options of Keras' Resizing that the stage does not have; the cases have their defaults. */
const missingOptions: Record<string, readonly string[]> = { resize: ['fillMode', 'antialias'] };

/** What a stage calls options of Keras that have another name there, or takes for them. */
const renamed: Record<string, (config: GoldenLayer['config']) => Record<string, unknown>> = {
  'color-jitter': (config) => ({
    dialect: 'keras',
    brightness: config.brightness_factor,
    contrast: config.contrast_factor,
    saturation: config.saturation_factor,
    hue: config.hue_factor,
    valueRange: config.value_range,
  }),
  sharpness: ({ factor, value_range }) => ({
    dialect: 'keras',
    factor,
    probability: 1,
    valueRange: value_range,
  }),
  grayscale: ({ factor }) => ({ probability: factor }),
  // Keras never draws the upper end.
  posterize: ({ factor, value_range }) => {
    const [low, high] = factor as [number, number];
    return { bits: [low, high - 1], probability: 1, valueRange: value_range };
  },
  solarize: (config) => ({
    addition: config.addition_factor,
    threshold: config.threshold_factor,
    probability: 1,
    valueRange: config.value_range,
  }),
  'auto-contrast': (config) => ({ when: 'always', valueRange: config.value_range }),
  clahe: ({ clip_limit, tile_grid_size, value_range }) => ({
    when: 'always',
    clipLimit: clip_limit,
    tiles: (tile_grid_size as [number, number])[0],
    valueRange: value_range,
  }),
  equalize: (config) => ({ when: 'always', dialect: 'keras', valueRange: config.value_range }),
};

/** Makes the stage that stands for a Keras layer, from that layer's configuration. */
export function createGoldenStage({ layer, config }: GoldenLayer): Stage {
  const name = stageNames[layer] as string;
  const ownOptions = renamed[name];
  if (ownOptions) return createListedStage({ ...ownOptions(config), name });
  const entries = Object.entries(config).map(([key, value]) => [toCamelCase(key), toOption(value)]);
  const known = entries.filter(([key]) => !missingOptions[name]?.includes(key as string));
  return createListedStage({ ...Object.fromEntries(known), name });
}

function toCamelCase(key: string): string {
  return key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function toOption(value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll('_', '-') : value;
}
