import { alternatingFlip } from './alternating-flip.js';
import { centerCrop } from './center-crop.js';
import { cutout } from './cutout.js';
import { minmax } from './minmax.js';
import { normalize } from './normalize.js';
import { pad } from './pad.js';
import { randomBrightness } from './random-brightness.js';
import { randomContrast } from './random-contrast.js';
import { randomCrop } from './random-crop.js';
import { randomFlip } from './random-flip.js';
import { randomRotation } from './random-rotation.js';
import { randomShear } from './random-shear.js';
import { randomTranslation } from './random-translation.js';
import { randomZoom } from './random-zoom.js';
import { raw } from './raw.js';
import { resize } from './resize.js';
import type { StageDefinition } from './stage.js';
import { zscore } from './zscore.js';

/** Every stage that prep-lab ships. To add one: one file, and one entry here. */
export const stages = [
  raw,
  minmax,
  zscore,
  normalize,
  randomFlip,
  alternatingFlip,
  randomCrop,
  randomRotation,
  randomZoom,
  randomTranslation,
  randomShear,
  randomBrightness,
  randomContrast,
  cutout,
  resize,
  centerCrop,
  pad,
] as const satisfies readonly StageDefinition[];
