import { z } from 'zod';
import { alternatingFlip } from './alternating-flip.js';
import { augMix } from './aug-mix.js';
import { autoAugment } from './auto-augment.js';
import { autoContrast } from './auto-contrast.js';
import { centerCrop } from './center-crop.js';
import { createChoose, type NestedOptions } from './choose.js';
import { clahe } from './clahe.js';
import { colorJitter } from './color-jitter.js';
import { cutmix } from './cutmix.js';
import { cutout } from './cutout.js';
import { elastic } from './elastic.js';
import { equalize } from './equalize.js';
import { gamma } from './gamma.js';
import { gaussianBlur } from './gaussian-blur.js';
import { gaussianNoise } from './gaussian-noise.js';
import { gcn } from './gcn.js';
import { grayscale } from './grayscale.js';
import { gridMask } from './grid-mask.js';
import { invert } from './invert.js';
import { minmax } from './minmax.js';
import { mixup } from './mixup.js';
import { mixupOrCutmix } from './mixup-or-cutmix.js';
import { normalize } from './normalize.js';
import { pad } from './pad.js';
import { pcaColor } from './pca-color.js';
import { pcaWhitening } from './pca-whitening.js';
import { perImageStandardization } from './per-image-standardization.js';
import { posterize } from './posterize.js';
import { randAugment } from './rand-augment.js';
import { randomAffine } from './random-affine.js';
import { randomBrightness } from './random-brightness.js';
import { randomContrast } from './random-contrast.js';
import { randomCrop } from './random-crop.js';
import { randomErasing } from './random-erasing.js';
import { randomFlip } from './random-flip.js';
import { randomHue } from './random-hue.js';
import { randomPerspective } from './random-perspective.js';
import { randomRightAngle } from './random-right-angle.js';
import { randomRotation } from './random-rotation.js';
import { randomSaturation } from './random-saturation.js';
import { randomShear } from './random-shear.js';
import { randomTranslation } from './random-translation.js';
import { randomZoom } from './random-zoom.js';
import { raw } from './raw.js';
import { resize } from './resize.js';
import { withSchedule } from './schedule.js';
import { sharpness } from './sharpness.js';
import { solarize } from './solarize.js';
import type { StageDefinition, StageOptionsSchema } from './stage.js';
import { trivialAugment } from './trivial-augment.js';
import { zca } from './zca.js';
import { zscore } from './zscore.js';

/** Every stage but the one that holds others. To add one: one file, and one entry here. */
export const single = [
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
  randomAffine,
  randomPerspective,
  elastic,
  randomRightAngle,
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
  randomErasing,
  gridMask,
  randAugment,
  trivialAugment,
  autoAugment,
  augMix,
  mixup,
  cutmix,
  mixupOrCutmix,
  resize,
  centerCrop,
  pad,
] as const satisfies readonly StageDefinition[];

/** Lists that a stage which holds others knows. */
const shared = new WeakSet<readonly StageDefinition[]>();

/** Every stage that prep-lab ships, with its own options alone. */
export const stages: readonly StageDefinition[] = withChoose(single);

/** Every stage that prep-lab ships, as experiments may write it: with a schedule, also within the stage that holds others. */
export const scheduledStages: readonly StageDefinition[] = withChoose(
  single.map(withSchedule),
  withSchedule,
);

/** Returns stages with a schedule and one of a plug-in, which the stage that holds others may then hold too. */
export function addStage(
  known: readonly StageDefinition[],
  added: StageDefinition,
): readonly StageDefinition[] {
  return withChoose([...known.slice(0, -1), added], withSchedule);
}

/** Puts the stage that holds others, finished, behind them; it may hold itself. */
function withChoose(
  others: readonly StageDefinition[],
  finish = (definition: StageDefinition) => definition,
): readonly StageDefinition[] {
  const choose = createChoose({
    schema: () => stageSchema(all) as unknown as z.ZodType<NestedOptions>,
    find: (name) => all.find((definition) => definition.name === name) as StageDefinition,
  });
  const all = [...others, finish(choose as unknown as StageDefinition)];
  shared.add(all);
  return all;
}

const schemas = new WeakMap<readonly StageDefinition[], ReturnType<typeof createSchema>>();

/** Returns the schema of one of these stages, told apart by name: for one list always the same. */
export function stageSchema(known: readonly StageDefinition[]) {
  const schema = schemas.get(known) ?? createSchema(known);
  schemas.set(known, schema);
  return schema;
}

/** In the JSON Schema, one definition serves the experiment and the stage that holds others, if they know the same ones. */
function createSchema(known: readonly StageDefinition[]) {
  const options = known.map((definition) => definition.options);
  const schema = z.discriminatedUnion(
    'name',
    options as [StageOptionsSchema, ...StageOptionsSchema[]],
  );
  return shared.has(known) ? schema.meta({ id: 'stage' }) : schema;
}
