import { defocusBlur, gaussianBlur, glassBlur, motionBlur, zoomBlur } from './blur.js';
import { brightness, contrast, saturate } from './colour.js';
import type { Corruption } from './corruption.js';
import { elasticTransform } from './elastic.js';
import { jpegCompression } from './jpeg.js';
import { gaussianNoise, impulseNoise, shotNoise, speckleNoise } from './noise.js';
import { pixelate } from './pixelate.js';
import { spatter } from './spatter.js';
import { fog, frost, snow } from './weather.js';

/**
 * The fifteen corruptions of CIFAR-10-C and the four held out, in the order of the reference.
 * Source: Hendrycks and Dietterich 2019, "Benchmarking neural network robustness to common corruptions and perturbations";
 * constants of make_cifar_c.py in hendrycks/robustness (Apache-2.0). docs/robustness.md says where ours differ.
 */
export const corruptions: readonly Corruption[] = [
  gaussianNoise,
  shotNoise,
  impulseNoise,
  defocusBlur,
  glassBlur,
  motionBlur,
  zoomBlur,
  snow,
  frost,
  fog,
  brightness,
  contrast,
  elasticTransform,
  pixelate,
  jpegCompression,
  speckleNoise,
  gaussianBlur,
  spatter,
  saturate,
];

export function findCorruption(name: string): Corruption | undefined {
  return corruptions.find((corruption) => corruption.name === name);
}

/** Names the images that this code makes; another number with every change of a pixel. */
export const corruptionsVersion = 'cifar10-c-prep-lab-1';
