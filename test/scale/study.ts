import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const plugin = fileURLToPath(new URL('./sleeping-model.mjs', import.meta.url));

interface Study {
  readonly trials: number;
  /** How long each sleeps, by a plug-in and so in a process of its own; left out, it trains in a warm one. */
  readonly seconds?: number;
}

/** Little to compile and to compute. */
const tinyNetwork = {
  name: 'layers',
  layers: [
    { type: 'average-pooling2d', poolSize: 16 },
    { type: 'flatten' },
    { type: 'dense', units: 10 },
  ],
};

/** Writes an experiment of so many small trials, and returns what a run of it takes. */
export function writeStudy(folder: string, { trials, seconds }: Study): string[] {
  const experiment = {
    name: 'small',
    dataset: { trainLimit: 100, testLimit: 100 },
    preprocessing: ['minmax'],
    model: seconds === undefined ? tinyNetwork : { name: 'sleeping', seconds },
    training: { epochs: 1, validation: 'none' },
    seeds: trials,
  };
  writeFileSync(join(folder, 'small.json'), JSON.stringify(experiment));
  const plugins = seconds === undefined ? [] : ['--plugin', plugin];
  const alike = ['--threads', '1', '--device', 'cpu', '--no-diagnostics'];
  return ['run', 'small.json', ...plugins, ...alike];
}

/** Returns a real training of so many epochs of an instant or two. */
export function takeTraining(epochs: number): string[] {
  const images = ['--limit', '2000,100', '--epochs', String(epochs), '--threads', '1'];
  return ['run', join(process.cwd(), 'experiments/minmax.json'), ...images];
}

/** Reads the table of a results folder without its times, which are all that may differ. */
export async function readTable(folder: string): Promise<string> {
  const text = await readFile(join(folder, 'table.md'), 'utf8');
  const begun = /begun [\d-]+ [\d:]+ UTC/;
  return text
    .replace(begun, 'begun')
    .replace(/\| [\d.]+ (s|min|h)[^|]* \| [\d,]+ \|/g, '| time | images/s |');
}
