import { z } from 'zod';
import { LayerRefusal, requireImages, type Shape } from './layer.js';

const size = z.int().min(1).max(1024);

/** A size of windows or strides: one number for both directions, or [height, width]. */
export const windowSize = z.union([size, z.tuple([size, size])]);

export type WindowSize = z.output<typeof windowSize>;

export const padding = z
  .enum(['valid', 'same'])
  .default('valid')
  .describe('"valid": windows lie within the image. "same": the border is padded.');

export interface Windows {
  readonly size: WindowSize;
  readonly strides: WindowSize;
  readonly padding: 'valid' | 'same';
}

/** Returns [height, width]. */
export function bothDirections(given: WindowSize): [number, number] {
  return typeof given === 'number' ? [given, given] : given;
}

/**
 * Returns height and width of what windows over images give, and the images' channels.
 * Formula: with stride s, "same" gives ceil(n / s), "valid" with windows of k gives ceil((n - k + 1) / s).
 * @throws LayerRefusal for a flat input, or images smaller than a window.
 */
export function slideWindows(shape: Shape, { size, strides, padding }: Windows) {
  const [height, width, channels] = requireImages(shape);
  const [rows, columns] = bothDirections(size);
  const [down, right] = bothDirections(strides);
  const isValid = padding === 'valid';
  if (isValid && (rows > height || columns > width)) {
    throw new LayerRefusal(
      `images of at least ${rows} x ${columns}`,
      'pad with "padding": "same", take a smaller window, or pool less before it.',
    );
  }
  return {
    height: Math.ceil((isValid ? height - rows + 1 : height) / down),
    width: Math.ceil((isValid ? width - columns + 1 : width) / right),
    channels,
  };
}
