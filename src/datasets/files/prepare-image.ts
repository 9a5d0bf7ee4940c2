import type { DatasetFiles } from '../dataset-options.js';
import { sideLimits } from '../dataset-options.js';
import { decodeImage, ImageProblem } from './decode-image.js';
import type { RawImage, SourceImage } from './file-format.js';
import { convertChannels, cropCenter, resample, sizeByShorterSide } from './resample.js';

/** How an experiment brings images to one shape. */
export type Shaping = Pick<DatasetFiles, 'resize' | 'centerCrop' | 'channels'>;

/**
 * Decodes an image and brings it to the shape that the experiment asks for: channels, then size, then the middle.
 * @throws ImageProblem
 */
export async function prepareImage({ image }: SourceImage, shaping: Shaping): Promise<RawImage> {
  const decoded = 'load' in image ? await decodeImage(await image.load()) : image;
  const coloured = shaping.channels ? convertChannels(decoded, shaping.channels) : decoded;
  if (coloured.channels !== 1 && coloured.channels !== 3) {
    throw new ImageProblem(
      `has ${coloured.channels} channels, expected 1 or 3; "channels": 3 leaves out what is transparent`,
    );
  }
  const sized = shaping.resize === undefined ? coloured : resize(coloured, shaping.resize);
  const cropped = shaping.centerCrop === undefined ? sized : crop(sized, shaping.centerCrop);
  requireSide(cropped);
  return cropped;
}

function resize(image: RawImage, size: NonNullable<Shaping['resize']>): RawImage {
  const [height, width] = typeof size === 'number' ? sizeByShorterSide(image, size) : size;
  return resample(image, height, width);
}

function crop(image: RawImage, size: NonNullable<Shaping['centerCrop']>): RawImage {
  const [height, width] = typeof size === 'number' ? [size, size] : size;
  if (height <= image.height && width <= image.width) return cropCenter(image, height, width);
  throw new ImageProblem(
    `has ${image.height} x ${image.width} pixels, too few to keep ${height} x ${width} of`,
  );
}

function requireSide({ height, width }: RawImage): void {
  const { least, most } = sideLimits;
  if (Math.min(height, width) >= least && Math.max(height, width) <= most) return;
  throw new ImageProblem(
    `has ${height} x ${width} pixels, expected ${least} to ${most} a side; "resize" brings it there`,
  );
}
