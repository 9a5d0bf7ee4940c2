import type { RawImage } from './file-format.js';

/** Weights in whole numbers, so that every machine gives the same bytes. Source: Pillow, Resample.c, 8 bits a channel. */
const precisionBits = 22;
const half = 1 << (precisionBits - 1);

interface Taps {
  readonly first: number;
  readonly weights: Int32Array;
}

/** The weights of one output pixel each: a triangle, wider where the image becomes smaller. */
function createTaps(from: number, to: number): Taps[] {
  const scale = from / to;
  const support = Math.max(scale, 1);
  return Array.from({ length: to }, (_, place) => {
    const center = (place + 0.5) * scale;
    const first = Math.max(0, Math.trunc(center - support + 0.5));
    const end = Math.min(from, Math.trunc(center + support + 0.5));
    const shares = Array.from({ length: end - first }, (_, tap) =>
      Math.max(0, 1 - Math.abs((tap + first - center + 0.5) / support)),
    );
    const sum = shares.reduce((all, share) => all + share, 0);
    const weights = shares.map((share) => Math.trunc((share / sum) * (1 << precisionBits) + 0.5));
    return { first, weights: Int32Array.from(weights) };
  });
}

/**
 * Resamples an image with a bilinear filter that widens where the image becomes smaller.
 * Source: Pillow's `Image.resize(..., Image.BILINEAR)`, byte for byte; torchvision's `Resize` on PIL images.
 */
export function resample(image: RawImage, height: number, width: number): RawImage {
  return resampleRows(resampleColumns(image, width), height);
}

function resampleColumns(image: RawImage, width: number): RawImage {
  if (width === image.width) return image;
  const { height, channels, pixels } = image;
  const output = new Uint8Array(height * width * channels);
  const taps = createTaps(image.width, width);
  for (let row = 0; row < height; row++) {
    for (const [column, { first, weights }] of taps.entries()) {
      for (let channel = 0; channel < channels; channel++) {
        let at = (row * image.width + first) * channels + channel;
        let sum = half;
        for (const weight of weights) {
          sum += weight * (pixels[at] as number);
          at += channels;
        }
        output[(row * width + column) * channels + channel] = sum >> precisionBits;
      }
    }
  }
  return { height, width, channels, pixels: output };
}

function resampleRows(image: RawImage, height: number): RawImage {
  if (height === image.height) return image;
  const { width, channels, pixels } = image;
  const rowLength = width * channels;
  const output = new Uint8Array(height * rowLength);
  for (const [row, { first, weights }] of createTaps(image.height, height).entries()) {
    for (let place = 0; place < rowLength; place++) {
      let at = first * rowLength + place;
      let sum = half;
      for (const weight of weights) {
        sum += weight * (pixels[at] as number);
        at += rowLength;
      }
      output[row * rowLength + place] = sum >> precisionBits;
    }
  }
  return { height, width, channels, pixels: output };
}

/** Returns the size whose shorter side is as given. Source: torchvision's `Resize` with one number. */
export function sizeByShorterSide(
  { height, width }: Pick<RawImage, 'height' | 'width'>,
  side: number,
): readonly [height: number, width: number] {
  return width <= height
    ? [Math.trunc((side * height) / width), side]
    : [side, Math.trunc((side * width) / height)];
}

/** Returns the middle of an image, which must be as large; an odd rest is left below and right. */
export function cropCenter(image: RawImage, height: number, width: number): RawImage {
  const { channels, pixels } = image;
  const top = (image.height - height) >> 1;
  const left = (image.width - width) >> 1;
  const output = new Uint8Array(height * width * channels);
  for (let row = 0; row < height; row++) {
    const start = ((top + row) * image.width + left) * channels;
    output.set(pixels.subarray(start, start + width * channels), row * width * channels);
  }
  return { height, width, channels, pixels: output };
}

/** Returns an image in grey or colour. Source: Pillow's `convert('L')` and `convert('RGB')`; what is transparent is not. */
export function convertChannels(image: RawImage, channels: 1 | 3): RawImage {
  if (image.channels === channels) return image;
  const { height, width, pixels } = image;
  const output = new Uint8Array(height * width * channels);
  const isGrey = image.channels < 3;
  for (let pixel = 0; pixel < height * width; pixel++) {
    const from = pixel * image.channels;
    const red = pixels[from] as number;
    const green = isGrey ? red : (pixels[from + 1] as number);
    const blue = isGrey ? red : (pixels[from + 2] as number);
    if (channels === 1) {
      output[pixel] = isGrey ? red : (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
    } else output.set([red, green, blue], 3 * pixel);
  }
  return { height, width, channels, pixels: output };
}
