import { z } from 'zod';
import type { Tensor4D } from '../graph/tensorflow.js';
import type { ImageShape } from './stage.js';

/** An image's height or width in pixels, as an option. */
export const sizeOption = z.number().int().min(1).max(4096);

export interface Size {
  readonly height: number;
  readonly width: number;
}

/**
 * Crops the images to the largest window in their middle that has the proportions of `target`.
 * Source: Keras' `crop_to_aspect_ratio`; sizes and offsets are cut to whole pixels.
 */
export function cropToAspectRatio(images: Tensor4D, target: Size): Tensor4D {
  const [, height, width] = images.shape;
  return cropMiddle(images, {
    height: Math.max(Math.min(height, proportionalHeight(width, target)), 1),
    width: Math.max(Math.min(width, proportionalWidth(height, target)), 1),
  });
}

/**
 * Pads the images with a value to the proportions of `target`.
 * Source: Keras' `pad_to_aspect_ratio`, which adds the same number of pixels on both sides: where the difference is
 * odd, one is missing, and the resize that follows stretches the image a little.
 */
export function padToAspectRatio(images: Tensor4D, target: Size, value: number): Tensor4D {
  const [, height, width] = images.shape;
  const vertical = marginFor(height, proportionalHeight(width, target));
  const horizontal = marginFor(width, proportionalWidth(height, target));
  const margins: [number, number][] = [
    [0, 0],
    [vertical, vertical],
    [horizontal, horizontal],
    [0, 0],
  ];
  return images.pad(margins, value);
}

/** Crops the images to a window in their middle, which must fit into them. An odd pixel is lost below and right. */
export function cropMiddle(images: Tensor4D, size: Size): Tensor4D {
  const [count, height, width, channels] = images.shape;
  const top = Math.floor((height - size.height) / 2);
  const left = Math.floor((width - size.width) / 2);
  return images.slice([0, top, left, 0], [count, size.height, size.width, channels]);
}

/** Returns an image's shape with another size. */
export function withSize(image: ImageShape, { height, width }: Size): ImageShape {
  return { height, width, channels: image.channels };
}

function proportionalHeight(width: number, target: Size): number {
  return Math.floor((width * target.height) / target.width);
}

function proportionalWidth(height: number, target: Size): number {
  return Math.floor((height * target.width) / target.height);
}

function marginFor(size: number, wanted: number): number {
  return Math.floor((Math.max(size, wanted) - size) / 2);
}
