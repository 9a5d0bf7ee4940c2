import type Sharp from 'sharp';
import type { Metadata } from 'sharp';
import { createDataError } from './data-error.js';
import type { RawImage } from './file-format.js';
import { decodeSmallPng } from './small-png.js';

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
  // One of 32 x 32 takes a tenth of the time that handing it to a native decoder does.
  const small = trySmallPng(bytes);
  if (small) return small;
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

function trySmallPng(bytes: Uint8Array): RawImage | undefined {
  try {
    return decodeSmallPng(bytes);
  } catch (error) {
    return fail(error as Error);
  }
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
  const reason = error.message.split('\n')[0]?.replace(/^Input buffer (has corrupt header: )?/, '');
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
