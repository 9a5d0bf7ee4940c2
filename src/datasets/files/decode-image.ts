import type Sharp from 'sharp';
import type { Metadata } from 'sharp';
import { createDataError } from './data-error.js';
import type { RawImage } from './file-format.js';

/** 10,000 x 10,000: more is no photograph, but a bomb. */
const mostPixels = 100_000_000;

/** Why an image cannot be used: goes on from its name. */
export class ImageProblem extends Error {}

/**
 * Decodes a PNG, JPEG or WebP with the values that it stores: no colour profile, no turning by EXIF, as Pillow does. Its size
 * is looked at before a pixel is decoded.
 * @throws ImageProblem
 */
export async function decodeImage(bytes: Uint8Array): Promise<RawImage> {
  if (bytes.length === 0) throw new ImageProblem('is empty');
  if (isSmallPng(bytes)) return decodeSmallPng(bytes);
  const sharp = await loadSharp();
  const image = sharp(bytes, {
    failOn: 'warning',
    limitInputPixels: mostPixels,
    ignoreIcc: true,
  });
  const metadata = await image.metadata().catch(fail);
  requireUsable(metadata);
  const isGrey = metadata.space === 'b-w';
  const { data, info } = await image
    .toColourspace(isGrey ? 'b-w' : 'srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
    .catch(fail);
  const { height, width, channels } = info;
  return { height, width, channels, pixels: data };
}

let loaded: Promise<typeof Sharp> | undefined;

/** @throws UserError (data) if there is none for this machine: its binary is an optional dependency of its package. */
function loadSharp(): Promise<typeof Sharp> {
  loaded ??= import('sharp').then(
    ({ default: sharp }) => {
      sharp.cache(false);
      // Images are decoded side by side: threads within one would only get into each other's way.
      sharp.concurrency(1);
      return sharp;
    },
    (error: Error) => {
      const message = `The decoder "sharp" cannot be loaded: ${error.message.split('\n')[0]}`;
      throw createDataError(message, 'install it: npm install sharp.', error);
    },
  );
  return loaded;
}

/** Of more the native decoder is the quicker one, and no bomb fits into this. */
const mostSmallBytes = 32 * 1024;
const mostSmallSide = 128;

/** Whether it is a PNG of 8 bits in grey or RGB, not interlaced: what most small data sets are. */
function isSmallPng(bytes: Uint8Array): boolean {
  if (bytes.length < 33 || bytes.length > mostSmallBytes) return false;
  const header = Buffer.from(bytes.buffer, bytes.byteOffset, 33);
  const isPng = header.toString('latin1', 0, 16) === '\x89PNG\r\n\x1a\n\0\0\0\rIHDR';
  const [width, height] = [header.readUInt32BE(16), header.readUInt32BE(20)];
  const [depth, colourType, , , interlace] = header.subarray(24);
  const isPlain = depth === 8 && (colourType === 0 || colourType === 2) && interlace === 0;
  return isPng && isPlain && width <= mostSmallSide && height <= mostSmallSide;
}

/** In JavaScript: one of 32 x 32 takes a fifth of the time that handing it to a native decoder does. */
async function decodeSmallPng(bytes: Uint8Array): Promise<RawImage> {
  const { decode } = await import('fast-png');
  try {
    const { height, width, channels, data, transparency } = decode(bytes, { checkCrc: true });
    if (!(data instanceof Uint8Array) || data.length !== height * width * channels) {
      throw new Error('it is truncated');
    }
    if (transparency) throw new Error('one of its colours is transparent');
    return { height, width, channels, pixels: data };
  } catch (error) {
    return fail(error as Error);
  }
}

function requireUsable({ format, width, height, depth, space, pages = 1 }: Metadata): void {
  if (format !== 'png' && format !== 'jpeg' && format !== 'webp') {
    throw new ImageProblem(`is of type "${format}", expected png, jpeg or webp`);
  }
  if (width * height > mostPixels) {
    throw new ImageProblem(`has ${width} x ${height} pixels, more than ${mostPixels}`);
  }
  if (space === 'cmyk') throw new ImageProblem('is in CMYK, expected grey or RGB');
  if (depth !== 'uchar') throw new ImageProblem('has more than 8 bits a channel');
  if (pages > 1) throw new ImageProblem(`is an animation of ${pages} pictures`);
}

function fail(error: Error): never {
  const reason = error.message
    .split('\n')[0]
    ?.replace(/^Input buffer (has corrupt header: )?/, '')
    // What fast-png says of a row that is missing.
    .replace('Unsupported filter: undefined', 'it is truncated');
  throw new ImageProblem(`cannot be decoded (${reason})`);
}

/** Reads the shape of an image file from its header; nothing where it has none that can be read. */
export async function readShape(
  path: string,
): Promise<Pick<RawImage, 'height' | 'width' | 'channels'> | undefined> {
  const sharp = await loadSharp();
  try {
    const { height, width, channels } = await sharp(path, {
      limitInputPixels: mostPixels,
    }).metadata();
    return { height, width, channels };
  } catch {
    return undefined;
  }
}
