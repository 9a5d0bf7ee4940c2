import { encode } from 'fast-png';

/** A picture in memory. Shape: RGBA, row by row, a byte each; opaque. */
export interface Bitmap {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** Encodes a picture as PNG: the same pixels give the same bytes on every machine. */
export function encodePng({ width, height, pixels }: Bitmap): Uint8Array {
  return encode({ width, height, data: withoutAlpha(pixels), channels: 3, depth: 8 });
}

/** Copies one picture into another, which must be large enough. */
export function placeBitmap(from: Bitmap, into: Bitmap, at: { x: number; y: number }): void {
  for (let row = 0; row < from.height; row++) {
    const line = from.pixels.subarray(row * from.width * 4, (row + 1) * from.width * 4);
    into.pixels.set(line, ((at.y + row) * into.width + at.x) * 4);
  }
}

/** Puts pictures below one another, flush left, on white. */
export function stackBitmaps(bitmaps: readonly Bitmap[]): Bitmap {
  const width = Math.max(...bitmaps.map((bitmap) => bitmap.width));
  const height = bitmaps.reduce((sum, bitmap) => sum + bitmap.height, 0);
  const stacked = { width, height, pixels: new Uint8Array(width * height * 4).fill(255) };
  let y = 0;
  for (const bitmap of bitmaps) {
    placeBitmap(bitmap, stacked, { x: 0, y });
    y += bitmap.height;
  }
  return stacked;
}

function withoutAlpha(pixels: Uint8Array): Uint8Array {
  const rgb = new Uint8Array((pixels.length / 4) * 3);
  for (let from = 0, to = 0; from < pixels.length; from += 4, to += 3) {
    rgb[to] = pixels[from] as number;
    rgb[to + 1] = pixels[from + 1] as number;
    rgb[to + 2] = pixels[from + 2] as number;
  }
  return rgb;
}
