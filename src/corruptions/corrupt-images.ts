import type { Corruption, Severity } from './corruption.js';
import { type PixelShape, valueCount } from './image.js';
import { findCorruption } from './list.js';
import { createRandomSource } from './random-source.js';

/** Which corruption, how strong, and whose draws. */
export interface CorruptionSetting {
  readonly name: string;
  readonly severity: Severity;
  readonly seed: number;
}

/**
 * Returns corrupted copies of images.
 * Shape: uint8 [N, H, W, C], kept. What an image is given depends on the setting and its place in the set alone.
 * @param first The place of the first image in its set.
 */
export function corruptImages(
  images: Uint8Array,
  {
    shape,
    setting,
    first = 0,
  }: {
    readonly shape: PixelShape;
    readonly setting: CorruptionSetting;
    readonly first?: number;
  },
): Uint8Array {
  const corruption = requireCorruption(setting.name);
  const size = valueCount(shape);
  const result = new Uint8Array(images.length);
  for (let at = 0; at * size < images.length; at++) {
    const pixels = images.subarray(at * size, (at + 1) * size);
    const corrupted = corruptImage({ ...shape, pixels }, corruption, {
      setting,
      index: first + at,
    });
    result.set(corrupted, at * size);
  }
  return result;
}

function corruptImage(
  image: PixelShape & { readonly pixels: Uint8Array },
  corruption: Corruption,
  { setting, index }: { readonly setting: CorruptionSetting; readonly index: number },
): Uint8Array {
  const { name, severity, seed } = setting;
  const draws = corruption.draw?.(
    createRandomSource(`${seed}/${name}/${severity}/${index}`),
    image,
    severity,
  );
  return corruption.apply(image, severity, draws);
}

function requireCorruption(name: string): Corruption {
  const corruption = findCorruption(name);
  if (!corruption) throw new Error(`There is no corruption "${name}".`);
  return corruption;
}
