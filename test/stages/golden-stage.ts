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
};

/** Options of Keras' Resizing that the stage does not have; the cases have their defaults. */
const missingOptions: Record<string, readonly string[]> = { resize: ['fillMode', 'antialias'] };

/** Makes the stage that stands for a Keras layer, from that layer's configuration. */
export function createGoldenStage({ layer, config }: GoldenLayer): Stage {
  const name = stageNames[layer] as string;
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
