import { z } from 'zod';
import { type Tensor, tensorflow } from '../graph/tensorflow.js';
import { callPython } from '../text/python.js';
import { type Adjustment, adjustments, type Dialect, requireColour } from './colour-adjustments.js';
import { type Factor, factorOption, renderNumber } from './factor.js';
import type { StageInPython } from './stage.js';
import { type Draw, drawn, type RandomSource, type Stage, type ValueRange } from './stage.js';

/** Makes the option for the factor of an adjustment; {@link checkFactor} has the limits of each dialect. */
export function adjustmentFactor(adjustments: Readonly<Record<Dialect, Adjustment>>) {
  const { keras, torchvision } = adjustments;
  const least = Math.min(keras.limits[0], torchvision.limits[0]);
  const most = Math.max(keras.limits[1], torchvision.limits[1]);
  return factorOption(z.number().min(least).max(most));
}

/** Checks that a factor is within the limits of its dialect, which the bounds of the number cannot say. */
export function checkFactor(byDialect: Readonly<Record<Dialect, Adjustment>>, key = 'factor') {
  return (options: FactorOptions, context: z.RefinementCtx): void => {
    const factor = options[key] as Factor | undefined;
    if (factor === undefined) return;
    const [least, most] = byDialect[options.dialect].limits;
    const numbers = typeof factor === 'number' ? [factor] : factor;
    if (numbers.every((number) => number >= least && number <= most)) return;
    context.addIssue({
      code: 'custom',
      path: [key],
      input: factor,
      message: `must be from ${least} to ${most} with dialect "${options.dialect}"`,
    });
  };
}

interface FactorOptions {
  readonly dialect: Dialect;
  readonly [option: string]: unknown;
}

/** Creates a training-only stage of one adjustment. */
export function createAdjustmentStage(
  adjustment: Adjustment,
  { factor, valueRange }: { readonly factor: Factor; readonly valueRange: ValueRange },
): Omit<Stage, 'name'> {
  const bounds = adjustment.boundsOf(factor);
  const [low, high] = bounds;
  return {
    when: 'train',
    formula: `${adjustment.formula(valueRange)}, f from ${renderNumber(low)} to ${renderNumber(high)}`,
    expects: valueRange,
    gives: (input) => adjustment.gives(input, { bounds, valueRange }),
    draw: (random, count) => drawNumbers(random, count, { adjustment, factor, name: 'factor' }),
    apply: (images, { draw }) =>
      tensorflow().tidy(() =>
        adjustment.apply(images, numbersIn(draw, adjustment, 'factor'), valueRange),
      ),
  };
}

/** Returns an adjustment in the library whose dialect it has. torchvision's works on values from 0 to 1. */
export function adjustmentInPython(
  kind: 'brightness' | 'contrast',
  {
    dialect,
    factor,
    valueRange,
  }: { readonly dialect: Dialect; readonly factor: Factor; readonly valueRange: ValueRange },
): StageInPython {
  if (dialect === 'keras') {
    const layer = { brightness: 'layers.RandomBrightness', contrast: 'layers.RandomContrast' }[
      kind
    ];
    return { keras: () => [callPython(layer, [factor], { value_range: valueRange })] };
  }
  const range = adjustments[kind].torchvision.boundsOf(factor);
  const isUnit = valueRange[0] === 0 && valueRange[1] === 1;
  return isUnit ? { torchvision: () => [callPython('v2.ColorJitter', [], { [kind]: range })] } : {};
}

/** As {@link createAdjustmentStage}, for what only images of three channels have. */
export function createColourAdjustment(
  adjustment: Adjustment,
  options: { readonly factor: Factor; readonly valueRange: ValueRange },
): Omit<Stage, 'name'> {
  return { ...createAdjustmentStage(adjustment, options), outputShape: requireColour };
}

/** Draws an adjustment's number for each image, under `name`. */
export function drawNumbers(
  random: RandomSource,
  count: number,
  { adjustment, factor, name }: { adjustment: Adjustment; factor: Factor; name: string },
): Draw {
  const [low, high] = adjustment.boundsOf(factor);
  return {
    ...(adjustment.isSigned && {
      [signOf(name)]: random.uniform(signOf(name), { shape: [count], low: 0, high: 1 }),
    }),
    [name]: random.uniform(name, { shape: [count], low, high }),
  };
}

/** Returns the numbers that {@link drawNumbers} drew, with their signs. Shape: float32 [N]. */
export function numbersIn(draw: Draw, { isSigned }: Adjustment, name: string): Tensor {
  const numbers = drawn(draw, name);
  if (!isSigned) return numbers;
  const isTurned = drawn(draw, signOf(name)).greater(0.5);
  return tensorflow().where(isTurned, numbers.neg(), numbers);
}

function signOf(name: string): string {
  return name === 'factor' ? 'sign' : `${name}Sign`;
}
