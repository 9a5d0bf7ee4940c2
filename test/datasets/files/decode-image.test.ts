import { expect, test } from 'vitest';
import { decodeImage } from '../../../src/datasets/files/decode-image.js';
import { type GoldenPixels, readGolden, toImage } from './golden.js';

interface Decoded {
  readonly name: string;
  readonly encoded: string;
  readonly pixels: GoldenPixels;
}

test.each(readGolden<Decoded[]>('decoded.json'))(
  '$name has the pixels that Pillow gives',
  async ({ encoded, pixels }) => {
    const { pixels: decoded, ...shape } = await decodeImage(Buffer.from(encoded, 'base64'));
    const { pixels: expected, ...goldenShape } = toImage(pixels);
    expect(shape).toEqual(goldenShape);
    expect(Buffer.from(decoded).equals(expected)).toBe(true);
  },
);
