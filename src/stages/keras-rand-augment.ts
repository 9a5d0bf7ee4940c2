import { type Tensor4D, tensorflow } from '../graph/tensorflow.js';
import { autoContrast } from './auto-contrast.js';
import { requireColour } from './colour-adjustments.js';
import { equalize } from './equalize.js';
import { renderNumber } from './factor.js';
import { topLevel } from './levels.js';
import { applyGroup, drawNested } from './nested-stages.js';
import { wholeDraw } from './policy-stage.js';
import { posterize } from './posterize.js';
import { randomBrightness } from './random-brightness.js';
import { randomContrast } from './random-contrast.js';
import { randomRotation } from './random-rotation.js';
import { randomSaturation } from './random-saturation.js';
import { randomShear } from './random-shear.js';
import { randomTranslation } from './random-translation.js';
import { sharpness } from './sharpness.js';
import { solarize } from './solarize.js';
import { createFrom, type Stage, type StageDefinition, type ValueRange } from './stage.js';
import { groupStages } from './stage-groups.js';

/** Keras' RandAugment, with all defaults filled in. */
export interface KerasRandAugment {
  readonly operations: number;
  /** The weakest and the strongest factor that its layers are given. */
  readonly factor: ValueRange;
  /** Who shares a choice of operations. */
  readonly per: 'batch' | 'image';
  readonly interpolation: 'nearest' | 'bilinear';
  readonly valueRange: ValueRange;
}

/**
 * Does `operations` of 11 of Keras' layers to all images of a batch, or to each image its own; an operation that comes twice has
 * the same strength both times.
 * Source: Keras 3.15's RandAugment. Its equalization has one histogram for the whole batch; here each image has its own.
 */
export function createKerasRandAugment(options: KerasRandAugment): Omit<Stage, 'name'> {
  const { operations, factor, per, interpolation, valueRange } = options;
  const [low, high] = factor;
  const stages = listLayers(options);
  const groups = groupStages(
    stages.map((stage, index) => ({ stage, index })),
    'once',
  );
  return {
    when: 'train',
    formula: `${operations} of ${stages.length} operations for ${per === 'batch' ? 'a whole batch' : 'each image'}, at strengths from ${renderNumber(low)} to ${renderNumber(high)}; read ${interpolation}, outside: reflect`,
    expects: valueRange,
    gives: () => valueRange,
    outputShape: requireColour,
    traps: () => [
      `"rand-augment" with dialect "keras" turns images by ${renderNumber(low * 360)} to ${renderNumber(high * 360)} degrees, one way, moves them right and down alone and makes them brighter, never darker.`,
      ...(per === 'batch'
        ? [
            '"rand-augment" with dialect "keras" does the same operations to all images of a batch; "per": "image" does not.',
          ]
        : []),
    ],
    draw: (random, count, batch) => ({
      operation: random.uniform('operation', {
        shape: [per === 'batch' ? 1 : count, operations],
        low: 0,
        high: stages.length,
      }),
      ...drawNested(stages, random, { count, batch }),
    }),
    apply: (images, { draw }) =>
      tensorflow().tidy(() => {
        const tf = tensorflow();
        const slots = tf.unstack(wholeDraw(draw, 'operation', stages.length), 1);
        return slots.reduce<Tensor4D>((given, chosen) => {
          const flags = stages.map((_, place) =>
            chosen.equal(tf.scalar(place, 'int32')).broadcastTo([images.shape[0]]),
          );
          const choice = { draw, fitted: {}, flags, given };
          return groups.reduce((now, group) => applyGroup(now, group, choice), given);
        }, images);
      }),
  };
}

/** The layers in Keras' order. */
function listLayers({ factor, interpolation, valueRange }: KerasRandAugment): Stage[] {
  const [low, high] = factor;
  const keras = { dialect: 'keras', factor, valueRange };
  const always = { probability: 1, valueRange };
  // The lower end is not scaled to levels, and the upper end of the bits is never drawn.
  const levels = [low / topLevel, high];
  const bits = Math.max(1, Math.floor(8 * high) - 1);
  return [
    create(randomShear, { xFactor: factor, yFactor: factor, interpolation }),
    create(randomTranslation, { heightFactor: factor, widthFactor: factor, interpolation }),
    create(randomRotation, { factor, interpolation }),
    create(randomBrightness, keras),
    create(randomSaturation, {
      dialect: 'torchvision',
      factor: [1 - high, 1 - low],
      valueRange,
    }),
    create(randomContrast, keras),
    create(sharpness, { ...keras, ...always }),
    create(posterize, { ...always, bits: [1, bits] }),
    create(solarize, { ...always, threshold: levels, addition: levels }),
    create(autoContrast, always),
    create(equalize, { ...always, dialect: 'keras' }),
  ];
}

function create(definition: unknown, options: Readonly<Record<string, unknown>>): Stage {
  const known = definition as StageDefinition;
  const parsed = known.options.parse({ ...options, name: known.name });
  return createFrom(known, parsed as { readonly name: string });
}
