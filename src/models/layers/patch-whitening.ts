import { createRequire } from 'node:module';
import type * as MlMatrix from 'ml-matrix';
import type { TrainingImages } from '../../stages/stage.js';
import { UserError } from '../../user-error.js';

const require = createRequire(import.meta.url);

export interface PatchOptions {
  readonly kernelSize: number;
  /** How many of the first images are looked at. */
  readonly count: number;
  readonly epsilon: number;
}

/**
 * Returns the variances of the images' patches along their principal directions, the largest first, and the kernel that
 * divides by their roots.
 * Shape: `kernel` [k, k, C, 2 k k C], flat; the second half of the filters is the negative of the first.
 * Formula: with eigenvalues l and eigenvectors v of the patches' covariance, filters v / sqrt(l + epsilon). Of v and -v
 * the one is taken whose largest element is positive.
 * Source: KellerJordan/cifar10-airbench; here in float64, which float32 is up to 1e-3 away from.
 * @throws UserError if the images are not finite.
 */
export function fitWhitening(images: TrainingImages, options: PatchOptions) {
  const covariance = measureCovariance(images, options);
  if (covariance.some((row) => row.some((value) => !Number.isFinite(value)))) {
    throw new UserError('The whitening layer received images that are not finite.', {
      hint: 'look at what the stages give with "prep-lab explain".',
    });
  }
  // Loaded here, so that what only reads experiment files does not wait for it.
  const { EigenvalueDecomposition, Matrix } = require('ml-matrix') as typeof MlMatrix;
  const found = new EigenvalueDecomposition(new Matrix(covariance), { assumeSymmetric: true });
  const directions = found.realEigenvalues
    .map((variance, column) => ({
      variance,
      vector: orient(found.eigenvectorMatrix.getColumn(column)),
    }))
    .sort((a, b) => b.variance - a.variance);
  const filters = directions.map(({ variance, vector }) =>
    vector.map((value) => value / Math.sqrt(variance + options.epsilon)),
  );
  const both = [...filters, ...filters.map((filter) => filter.map((value) => -value))];
  return {
    eigenvalues: directions.map(({ variance }) => variance),
    kernel: covariance.flatMap((_, element) => both.map((filter) => filter[element] as number)),
  };
}

/**
 * Returns the mean of the products of each two elements of a patch, over all patches: the covariance without taking the
 * mean away. Elements of a patch in the order row, column, channel. In float64.
 */
export function measureCovariance(
  images: TrainingImages,
  { kernelSize, count }: Pick<PatchOptions, 'kernelSize' | 'count'>,
): number[][] {
  const { height, width, channels } = images.shape;
  const imageSize = height * width * channels;
  const size = kernelSize ** 2 * channels;
  const sums = new Float64Array(size * size);
  const used = Math.min(count, images.count);
  let left = used;
  for (const values of images.batches()) {
    const taken = Math.min(left, values.length / imageSize);
    for (let image = 0; image < taken; image++) {
      addPatches(sums, values.subarray(image * imageSize, (image + 1) * imageSize), {
        height,
        width,
        channels,
        kernelSize,
      });
    }
    left -= taken;
    if (left === 0) break;
  }
  const patchCount = used * (height - kernelSize + 1) * (width - kernelSize + 1);
  return Array.from({ length: size }, (_, row) =>
    Array.from({ length: size }, (_, column) => {
      const [low, high] = row < column ? [row, column] : [column, row];
      return (sums[low * size + high] as number) / patchCount;
    }),
  );
}

interface PatchGrid {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly kernelSize: number;
}

/** Adds the products of each two elements of an image's patches to the upper triangle. */
function addPatches(sums: Float64Array, image: Float32Array, grid: PatchGrid): void {
  const { width, channels, kernelSize } = grid;
  const rowLength = kernelSize * channels;
  const size = kernelSize * rowLength;
  // Where each element of the first patch lies in the image.
  const offsets = Array.from(
    { length: size },
    (_, element) => Math.floor(element / rowLength) * width * channels + (element % rowLength),
  );
  offsets.forEach((first, i) => {
    for (let j = i; j < size; j++) {
      const place = i * size + j;
      const sum = sumProducts(image, grid, [first, offsets[j] as number]);
      sums[place] = (sums[place] as number) + sum;
    }
  });
}

/** Sums the products of two elements over all patches of an image. */
function sumProducts(
  image: Float32Array,
  { height, width, channels, kernelSize }: PatchGrid,
  [first, second]: readonly [number, number],
): number {
  const rowLength = width * channels;
  const usedLength = (width - kernelSize + 1) * channels;
  let sum = 0;
  for (let y = 0; y + kernelSize <= height; y++) {
    const end = y * rowLength + usedLength;
    for (let place = y * rowLength; place < end; place += channels) {
      sum += (image[place + first] as number) * (image[place + second] as number);
    }
  }
  return sum;
}

function orient(vector: readonly number[]): readonly number[] {
  const largest = vector.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a));
  return largest < 0 ? vector.map((value) => -value) : vector;
}
