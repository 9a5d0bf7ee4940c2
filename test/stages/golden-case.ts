import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../golden/stages/', import.meta.url));

export interface GoldenTensor {
  readonly shape: readonly [number, number, number, number];
  readonly dtype: 'float32' | 'uint8';
  readonly values: readonly number[];
}

/** One request for random numbers, in the order in which Keras makes them. */
export interface GoldenDraw {
  readonly minval: number;
  readonly maxval: number;
  readonly values: readonly number[];
}

export interface GoldenLayer {
  readonly layer: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** What Keras gave for one input, with its random numbers injected. */
export interface GoldenCase {
  readonly case: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly input: GoldenTensor;
  readonly output: GoldenTensor;
}

/** Returns the names of all golden cases of stages. */
export function listGoldenCases(): string[] {
  return readdirSync(folder).map((file) => file.replace(/\.json$/, ''));
}

/** Reads one golden case by its name. */
export function readGoldenCase(name: string): GoldenCase {
  return JSON.parse(readFileSync(`${folder}${name}.json`, 'utf8')) as GoldenCase;
}
