import { accuracy } from './accuracy.js';
import { calibration } from './calibration.js';
import { confusion } from './confusion.js';
import { constantImages } from './constant-images.js';
import { differences } from './differences.js';
import { epochGradients } from './epoch-gradients.js';
import type { Figure } from './figure.js';
import { firstGradients } from './first-gradients.js';
import { inputShift } from './input-shift.js';
import { learningCurves } from './learning-curves.js';
import { lossCurves } from './loss-curves.js';
import { race } from './race.js';
import { saturation } from './saturation.js';
import { search } from './search.js';

/** All figures. A new one is one file and one entry here. */
export const figures: readonly Figure[] = [
  accuracy,
  differences,
  race,
  search,
  learningCurves,
  lossCurves,
  constantImages,
  saturation,
  inputShift,
  firstGradients,
  epochGradients,
  confusion,
  calibration,
];
