import { readFileSync } from 'node:fs';
import type { Severity } from '../../src/corruptions/corruption.js';
import type { PixelImage } from '../../src/corruptions/image.js';

interface Bytes {
  readonly shape: readonly number[];
  readonly base64: string;
}

/** The images of one run of the reference: at one severity. */
export interface GoldenRun {
  readonly severity: Severity;
  readonly images: readonly number[];
  readonly output: Bytes;
  readonly draws?: readonly unknown[];
  readonly statistics_200_images?: Readonly<Record<string, number>>;
}

export interface Golden {
  readonly params: { readonly draws?: { readonly values: readonly unknown[] } };
  readonly output: { readonly runs: readonly GoldenRun[] };
}

const folder = new URL('../golden/corruptions/', import.meta.url);

/** Reads what the reference gave for a corruption. */
export function readGolden(name: string): Golden {
  return JSON.parse(readFileSync(new URL(`${name.replaceAll('-', '_')}.json`, folder), 'utf8'));
}

const shape = { height: 32, width: 32, channels: 3 };
const size = 32 * 32 * 3;

/** The four images that the reference was given. */
export const goldenImages: readonly PixelImage[] = splitImages(readImages());

function readImages(): Bytes {
  const file = readFileSync(new URL('images.json', folder), 'utf8');
  return JSON.parse(file).input.images;
}

function splitImages({ base64 }: Bytes): PixelImage[] {
  const bytes = Uint8Array.from(Buffer.from(base64, 'base64'));
  return Array.from({ length: bytes.length / size }, (_, index) => ({
    ...shape,
    pixels: bytes.subarray(index * size, (index + 1) * size),
  }));
}

/** The reference's results of a run, by image. */
export function outputsOf({ output }: GoldenRun): readonly Uint8Array[] {
  return splitImages(output).map(({ pixels }) => pixels);
}
