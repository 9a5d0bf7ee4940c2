import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { encode } from 'fast-png';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { decodeSmallPng } from '../../../src/datasets/files/small-png.js';
import { mulberry32 } from '../../mulberry32.js';
import { toPngChunks } from './png-chunks.js';

/** A photograph's neighbours are alike. */
function drawPixels(length: number, seed: number): Uint8Array {
  const random = mulberry32(seed);
  let value = 128;
  return Uint8Array.from({ length }, () => {
    value = Math.min(255, Math.max(0, value + 40 * (random() - 0.5)));
    return value;
  });
}

/** Writes rows that each have the filter of their number, so that all five occur. */
function toPng(size: readonly [height: number, width: number, channels: number], seed: number) {
  const [height, width, channels] = size;
  const random = mulberry32(seed);
  const bytes = drawPixels(height * width * channels, seed);
  const rows = Buffer.alloc(height * (1 + width * channels));
  for (let y = 0; y < height; y++) {
    const start = y * (1 + width * channels);
    rows[start] = Math.floor(5 * random());
    rows.set(bytes.subarray(y * width * channels, (y + 1) * width * channels), start + 1);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, channels === 3 ? 2 : 0, 0, 0, 0], 8);
  const packed = deflateSync(rows);
  const cut = Math.floor(packed.length / 2);
  return toPngChunks(
    ['IHDR', header],
    ['tEXt', Buffer.from('Author\0somebody')],
    ['IDAT', packed.subarray(0, cut)],
    ['IDAT', packed.subarray(cut)],
    ['IEND', new Uint8Array()],
  );
}

test.each([[[32, 32, 3]], [[28, 28, 1]], [[1, 7, 3]], [[128, 5, 1]]] as const)(
  '%s: rows of all five filters are what libpng makes of them',
  async (size) => {
    for (let seed = 1; seed <= 5; seed++) {
      const png = toPng(size, seed);
      const image = decodeSmallPng(png);
      const space = size[2] === 1 ? 'b-w' : 'srgb';
      const expected = await sharp(png).toColourspace(space).raw().toBuffer();
      expect([image?.height, image?.width, image?.channels]).toEqual(size);
      expect(Buffer.from(image?.pixels ?? []).equals(expected)).toBe(true);
    }
  },
);

test('what is packed as fast-png packs it comes back', () => {
  const data = drawPixels(20 * 30 * 3, 1);
  const { pixels, ...shape } =
    decodeSmallPng(encode({ width: 30, height: 20, channels: 3, data })) ?? {};
  expect(shape).toEqual({ height: 20, width: 30, channels: 3 });
  expect(pixels).toEqual(data);
});

test.each([
  ['transparency', encode({ width: 8, height: 8, channels: 4, data: new Uint8Array(256) })],
  ['16 bits', encode({ width: 8, height: 8, channels: 1, depth: 16, data: new Uint16Array(64) })],
  ['a side of 129', encode({ width: 129, height: 1, channels: 1, data: new Uint8Array(129) })],
  ['a JPEG', Buffer.from('ffd8ffe000104a46494600010100000100010000'.repeat(3), 'hex')],
])('%s is left to another decoder', (_, bytes) => {
  expect(decodeSmallPng(bytes)).toBeUndefined();
});

test('a byte that is another is noticed, wherever it is, and so is an end that is missing', () => {
  const png = toPng([8, 8, 3], 1);
  const decode = (bytes: Uint8Array) => {
    try {
      return decodeSmallPng(bytes);
    } catch {
      return undefined;
    }
  };
  expect(decode(png)).toBeDefined();
  fc.assert(
    fc.property(fc.nat(png.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const altered = Uint8Array.from(png);
      altered[at] = (altered[at] as number) ^ change;
      expect(decode(altered)).toBeUndefined();
    }),
  );
  for (let length = 0; length < png.length; length++) {
    expect(decode(png.subarray(0, length))).toBeUndefined();
  }
});
