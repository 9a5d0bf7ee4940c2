import { attribute, runKernel } from '../graph/native-backend.js';
import { hasOwnKernels } from '../graph/own-kernels.js';
import { type Tensor, type Tensor4D, tensorflow } from '../graph/tensorflow.js';
import { autoContrast } from './auto-contrast.js';
import { requireColour } from './colour-adjustments.js';
import { equalize } from './equalize.js';
import { renderNumber } from './factor.js';
import { fromLevels, levelSlack, toLevels, topLevel } from './levels.js';
import { applyGroup, drawNested, partOf } from './nested-stages.js';
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
import {
  createFrom,
  type Draw,
  drawn,
  type Stage,
  type StageDefinition,
  type ValueRange,
} from './stage.js';
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
        const chosen = { draw, kinds: wholeDraw(draw, 'operation', stages.length) };
        return hasOwnKernels()
          ? applyByKernel(images, chosen, { stages, options })
          : composeOperations(images, chosen, stages);
      }),
  };
}

interface Chosen {
  readonly draw: Draw;
  /** Places in the list of stages. Shape: int32 [N or 1, operations]. */
  readonly kinds: Tensor;
}

/** Does by TensorFlow's own ops every operation to every image, of which one is taken. */
export function composeOperations(
  images: Tensor4D,
  { draw, kinds }: Chosen,
  stages: readonly Stage[],
): Tensor4D {
  const tf = tensorflow();
  const placed = stages.map((stage, index) => ({ stage, index }));
  const groups = groupStages(placed, 'once');
  return tf.unstack(kinds, 1).reduce<Tensor4D>((given, chosen) => {
    const flags = placed.map(({ index }) =>
      chosen.equal(tf.scalar(index, 'int32')).broadcastTo([images.shape[0]]),
    );
    const choice = { draw, fitted: {}, flags, given };
    return groups.reduce((now, group) => applyGroup(now, group, choice), given);
  }, images);
}

/** Lets the kernel do to each image its operations alone. */
function applyByKernel(
  images: Tensor4D,
  { draw, kinds }: Chosen,
  { stages, options }: { readonly stages: readonly Stage[]; readonly options: KerasRandAugment },
): Tensor4D {
  const tf = tensorflow();
  const [low, high] = options.valueRange;
  const [count, height, width, channels] = images.shape;
  const maps = stages.flatMap(({ geometry }, place) => {
    const rows = geometry?.transforms(partOf(draw, place), { height, width, channels });
    return rows ? [rows.slice([0, 0], [-1, 6])] : [];
  });
  const number = (name: string): Tensor => drawn(draw, name).reshape([count, 1]);
  const bits = number('7/bits').floor();
  const numbers = tf.concat(
    [
      ...maps,
      number('3/factor').mul(topLevel),
      number('4/factor'),
      number('5/factor'),
      number('6/factor').mul(2),
      tf.pow(2, bits.neg().add(8)),
      number('8/addition'),
      number('8/threshold'),
    ],
    1,
  );
  const levels = toLevels(images, options.valueRange);
  const changed = runKernel({
    name: 'PrepLabKerasOperations',
    attributes: {
      T: attribute.type('float32'),
      is_bilinear: attribute.float(options.interpolation === 'bilinear' ? 1 : 0),
      zero: attribute.float((-low * topLevel) / (high - low)),
      slack: attribute.float(levels === images ? 0 : levelSlack),
    },
    inputs: [levels, kinds, numbers],
  }) as Tensor4D;
  return fromLevels(changed, options.valueRange);
}

/** The layers in Keras' order. */
export function listLayers({ factor, interpolation, valueRange }: KerasRandAugment): Stage[] {
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
