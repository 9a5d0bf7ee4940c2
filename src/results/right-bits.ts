import type { DoneTrial } from './result.js';

/** Returns a bit a test image, lowest bit of each byte first: 1 where the class was right; nothing where none are stored. */
export function decodeRightBits({ test }: Pick<DoneTrial, 'test'>): Uint8Array | undefined {
  return test.right === undefined ? undefined : Uint8Array.from(Buffer.from(test.right, 'base64'));
}

const bitCounts = Uint8Array.from({ length: 256 }, (_, byte) =>
  [...byte.toString(2)].reduce((sum, bit) => sum + Number(bit), 0),
);

/** Counts the bits that are 1. */
export function countBits(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => sum + (bitCounts[byte] as number), 0);
}
