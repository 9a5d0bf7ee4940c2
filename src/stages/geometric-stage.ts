import { z } from 'zod';
import { type Tensor, type Tensor1D, tensorflow } from '../graph/tensorflow.js';
import { transformImages } from '../graph/transform-images.js';
import type { PythonValue } from '../text/python.js';
import type { Draw, DrawBatch, ImageShape, RandomSource, Sampling, Stage } from './stage.js';
import { includeInRange } from './value-range.js';

/** Makes the options with which a resampling stage reads its images. */
export function createSamplingOptions(usual: Pick<Sampling, 'fillMode' | 'interpolation'>) {
  return {
    fillMode: z
      .enum(['constant', 'reflect', 'wrap', 'nearest'])
      .default(usual.fillMode)
      .describe(
        'What lies outside of the image: "reflect" (d c b a | a b c d | d c b a), "wrap" (the other side), ' +
          '"nearest" (the edge pixel) or "constant" (fillValue).',
      ),
    fillValue: z
      .number()
      .default(0)
      .describe('The value outside of the image where fillMode is "constant".'),
    interpolation: z
      .enum(['bilinear', 'nearest'])
      .default(usual.interpolation)
      .describe('How values between pixels are read.'),
  };
}

/** The options of stages that are Keras'. Defaults as in its code. */
export const samplingOptions = createSamplingOptions({
  fillMode: 'reflect',
  interpolation: 'bilinear',
});

/** A number for each image as a tensor [N], or one number for all of them. */
type PerImage = Tensor | number;

/** An affine map from output to input pixels: column = a0 x + a1 y + a2, row = b0 x + b1 y + b2. */
export interface AffineMap {
  readonly a: readonly [x: PerImage, y: PerImage, offset: PerImage];
  readonly b: readonly [x: PerImage, y: PerImage, offset: PerImage];
}

/**
 * Packs an affine map, in which at least one number is a tensor, into the rows that an image transform takes.
 * Shape: float32 [N, 8], rows [a0, a1, a2, b0, b1, b2, 0, 0].
 */
export function packTransforms(map: AffineMap): Tensor {
  const tf = tensorflow();
  const columns = [...map.a, ...map.b, 0, 0];
  const count = columns.find((column) => typeof column !== 'number')?.shape[0] ?? 1;
  const constants = new Map<number, Tensor1D>();
  return tf.tidy(() => {
    const toTensor = (column: PerImage): Tensor => {
      if (typeof column !== 'number') return column;
      const constant = constants.get(column) ?? tf.fill([count], column);
      constants.set(column, constant as Tensor1D);
      return constant;
    };
    return tf.stack(columns.map(toTensor), 1);
  });
}

/** Returns how a resampling stage reads its images, as Keras' layers take it. */
export function samplingInKeras({
  fillMode,
  fillValue,
  interpolation,
}: Sampling): Readonly<Record<string, PythonValue | undefined>> {
  return {
    fill_mode: fillMode,
    fill_value: fillMode === 'constant' ? fillValue : undefined,
    interpolation,
  };
}

/** What tells one random affine stage from another. */
export interface GeometricStageParts extends Pick<Stage, 'inPython'> {
  readonly formula: string;
  readonly sampling: Sampling;
  draw(random: RandomSource, count: number, batch: DrawBatch): Draw;
  /** The map from output to input pixels that a draw stands for. */
  map(draw: Draw, shape: ImageShape): AffineMap;
}

/** Creates a training-only stage that draws one affine map an image and resamples each image once. */
export function createGeometricStage(parts: GeometricStageParts): Omit<Stage, 'name'> {
  const { sampling } = parts;
  const transforms = (draw: Draw, shape: ImageShape) =>
    tensorflow().tidy(() => packTransforms(parts.map(draw, shape)));
  return {
    when: 'train',
    formula: `${parts.formula}; ${describeSampling(sampling)}`,
    gives: (range) =>
      sampling.fillMode === 'constant' ? includeInRange(range, sampling.fillValue) : range,
    draw: parts.draw,
    apply(images, { draw }) {
      const [, height, width, channels] = images.shape;
      return tensorflow().tidy(() =>
        transformImages(images, transforms(draw, { height, width, channels }), sampling),
      );
    },
    geometry: { sampling, transforms },
    ...(parts.inPython && { inPython: parts.inPython }),
  };
}

function describeSampling({ interpolation, fillMode, fillValue }: Sampling): string {
  return `read ${interpolation}, outside: ${fillMode === 'constant' ? fillValue : fillMode}`;
}
