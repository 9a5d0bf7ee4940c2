import { chanceLevel } from './chance-level.js';
import { constantImages } from './constant-images.js';
import { deadRelus } from './dead-relus.js';
import type { FindingRule } from './finding.js';
import { gradientScale } from './gradient-scale.js';
import { ignoredClasses } from './ignored-classes.js';
import { inputShift } from './input-shift.js';
import { learningRateCollapse } from './learning-rate-collapse.js';
import { overfitting } from './overfitting.js';
import { poorCalibration } from './poor-calibration.js';
import { saturatedValues } from './saturated-values.js';
import { stillImproving } from './still-improving.js';
import { unequalEpochs } from './unequal-epochs.js';
import { valueRange } from './value-range.js';

/** All rules, causes first, the deepest before others. A new rule is one file and one entry here. */
export const findingRules: readonly FindingRule[] = [
  valueRange,
  constantImages,
  saturatedValues,
  inputShift,
  gradientScale,
  deadRelus,
  chanceLevel,
  ignoredClasses,
  overfitting,
  stillImproving,
  learningRateCollapse,
  poorCalibration,
  unequalEpochs,
];
