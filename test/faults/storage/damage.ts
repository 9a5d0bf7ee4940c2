import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Random } from '../random.js';

/** Something that happens to a file. */
export interface Damage {
  readonly name: string;
  /** Returns what is left; nothing if the file is gone. */
  change(bytes: Buffer): Buffer | undefined;
}

export const damages: readonly Damage[] = [
  { name: 'empty', change: () => Buffer.alloc(0) },
  { name: 'cut after a byte', change: (bytes) => bytes.subarray(0, 1) },
  { name: 'cut in half', change: (bytes) => bytes.subarray(0, bytes.length >> 1) },
  { name: 'cut before the last byte', change: (bytes) => bytes.subarray(0, bytes.length - 1) },
  { name: 'a tail of zeros', change: (bytes) => Buffer.from(bytes).fill(0, bytes.length - 40) },
  { name: 'one bit in the middle', change: (bytes) => flipBit(bytes, bytes.length * 4) },
  { name: 'missing', change: () => undefined },
];

/** Cuts a file somewhere or flips one of its bits. */
export function drawDamage(random: Random): Damage {
  const place = random();
  if (random() < 0.5) {
    const cut = (bytes: Buffer) => Math.floor(place * bytes.length);
    return { name: `cut at ${place}`, change: (bytes) => bytes.subarray(0, cut(bytes)) };
  }
  const bit = (bytes: Buffer) => Math.floor(place * bytes.length * 8);
  return { name: `bit at ${place}`, change: (bytes) => flipBit(bytes, bit(bytes)) };
}

export async function damageFile(path: string, { change }: Damage): Promise<void> {
  const left = change(await readFile(path));
  if (left) await writeFile(path, left);
  else await rm(path);
}

function flipBit(bytes: Buffer, bit: number): Buffer {
  const flipped = Buffer.from(bytes);
  flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return flipped;
}

/** Returns the folders of a trial's checkpoints, oldest first. */
export async function checkpointsOf(trial: string): Promise<string[]> {
  const names = await readdir(join(trial, 'checkpoints'));
  return names
    .filter((name) => name.startsWith('epoch-'))
    .sort()
    .map((name) => join(trial, 'checkpoints', name));
}

export const checkpointFiles = ['manifest.json', 'state.json', 'tensors.bin', 'past.json'] as const;
export const resultFiles = ['manifest.json', 'trial.json', 'predictions.bin'] as const;
