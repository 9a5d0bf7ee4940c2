import { alternatingFlip } from './alternating-flip.js';
import { augMix } from './aug-mix.js';
import { autoAugment } from './auto-augment.js';
import { centerCrop } from './center-crop.js';
import { cutout } from './cutout.js';
import { elastic } from './elastic.js';
import { gridMask } from './grid-mask.js';
import { minmax } from './minmax.js';
import { normalize } from './normalize.js';
import { pad } from './pad.js';
import { randAugment } from './rand-augment.js';
import { randomAffine } from './random-affine.js';
import { randomBrightness } from './random-brightness.js';
import { randomContrast } from './random-contrast.js';
import { randomCrop } from './random-crop.js';
import { randomErasing } from './random-erasing.js';
import { randomFlip } from './random-flip.js';
import { randomPerspective } from './random-perspective.js';
import { randomRightAngle } from './random-right-angle.js';
import { randomRotation } from './random-rotation.js';
import { randomShear } from './random-shear.js';
import { randomTranslation } from './random-translation.js';
import { randomZoom } from './random-zoom.js';
import { raw } from './raw.js';
import { resize } from './resize.js';
import type { StageDefinition } from './stage.js';
import { trivialAugment } from './trivial-augment.js';
import { zscore } from './zscore.js';

/** Every stage that prep-lab ships. To add one: one file, and one entry here. */
export const stages: readonly StageDefinition[] = [
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
  randomAffine,
  randomPerspective,
  elastic,
  randomRightAngle,
  randomBrightness,
  randomContrast,
  cutout,
  randomErasing,
  gridMask,
  randAugment,
  trivialAugment,
  autoAugment,
  augMix,
  resize,
  centerCrop,
  pad,
];
