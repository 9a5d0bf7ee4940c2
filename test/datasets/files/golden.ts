import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { RawImage } from '../../../src/datasets/files/file-format.js';

const folder = new URL('../../golden/datasets/', import.meta.url);

/** Pixels as generate.py writes them. */
export interface GoldenPixels {
  readonly shape: readonly number[];
  readonly base64: string;
}

export function readGolden<Golden>(name: string): Golden {
  return JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Golden;
}

export function goldenPath(name: string): string {
  return fileURLToPath(new URL(name, folder));
}

export function toImage({ shape, base64 }: GoldenPixels): RawImage {
  const [height = 0, width = 0, channels = 1] = shape;
  return { height, width, channels, pixels: Uint8Array.from(Buffer.from(base64, 'base64')) };
}
