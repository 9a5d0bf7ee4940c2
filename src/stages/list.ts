import { alternatingFlip } from './alternating-flip.js';
import { autoContrast } from './auto-contrast.js';
import { centerCrop } from './center-crop.js';
import { clahe } from './clahe.js';
import { colorJitter } from './color-jitter.js';
import { cutout } from './cutout.js';
import { equalize } from './equalize.js';
import { gamma } from './gamma.js';
import { gaussianBlur } from './gaussian-blur.js';
import { gaussianNoise } from './gaussian-noise.js';
import { gcn } from './gcn.js';
import { grayscale } from './grayscale.js';
import { invert } from './invert.js';
import { minmax } from './minmax.js';
import { normalize } from './normalize.js';
import { pad } from './pad.js';
import { pcaColor } from './pca-color.js';
import { pcaWhitening } from './pca-whitening.js';
import { perImageStandardization } from './per-image-standardization.js';
import { posterize } from './posterize.js';
import { randomBrightness } from './random-brightness.js';
import { randomContrast } from './random-contrast.js';
import { randomCrop } from './random-crop.js';
import { randomFlip } from './random-flip.js';
import { randomHue } from './random-hue.js';
import { randomRotation } from './random-rotation.js';
import { randomSaturation } from './random-saturation.js';
import { randomShear } from './random-shear.js';
import { randomTranslation } from './random-translation.js';
import { randomZoom } from './random-zoom.js';
import { raw } from './raw.js';
import { resize } from './resize.js';
import { sharpness } from './sharpness.js';
import { solarize } from './solarize.js';
import type { StageDefinition } from './stage.js';
import { zca } from './zca.js';
import { zscore } from './zscore.js';

/** Every stage that prep-lab ships. To add one: one file, and one entry here. */
export const stages: readonly StageDefinition[] = [
  raw,
  minmax,
  zscore,
  normalize,
  perImageStandardization,
  gcn,
  zca,
  pcaWhitening,
  clahe,
  randomFlip,
  alternatingFlip,
  randomCrop,
  randomRotation,
  randomZoom,
  randomTranslation,
  randomShear,
  randomBrightness,
  randomContrast,
  randomSaturation,
  randomHue,
  colorJitter,
  gamma,
  grayscale,
  invert,
  solarize,
  posterize,
  autoContrast,
  equalize,
  sharpness,
  gaussianBlur,
  gaussianNoise,
  pcaColor,
  cutout,
  resize,
  centerCrop,
  pad,
];
