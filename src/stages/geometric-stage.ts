import { tensorflow } from '../engine/tensorflow.js';
import { transformImages } from '../engine/transform-images.js';
import type { Draw, DrawBatch, ImageShape, RandomSource, Sampling, Stage } from './stage.js';
import { type AffineMap, packTransforms } from './transform-rows.js';
import { includeInRange } from './value-range.js';

/** What tells one random affine stage from another. */
export interface GeometricStageParts {
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
  };
}

function describeSampling({ interpolation, fillMode, fillValue }: Sampling): string {
  return `read ${interpolation}, outside: ${fillMode === 'constant' ? fillValue : fillMode}`;
}
