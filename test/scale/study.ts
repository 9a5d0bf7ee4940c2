import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const plugin = fileURLToPath(new URL('./sleeping-model.mjs', import.meta.url));

/** Writes an experiment of so many trials that sleep, and returns what a run of it takes. */
export function writeStudy(
  folder: string,
  { trials, seconds }: { readonly trials: number; readonly seconds: number },
): string[] {
  const experiment = {
    name: 'sleepy',
    dataset: { trainLimit: 100, testLimit: 100 },
    preprocessing: ['minmax'],
    model: { name: 'sleeping', seconds },
    training: { epochs: 1, validation: 'none' },
    seeds: trials,
  };
  writeFileSync(join(folder, 'sleepy.json'), JSON.stringify(experiment));
  return [
    'run',
    'sleepy.json',
    '--plugin',
    plugin,
    '--threads',
    '1',
    '--device',
    'cpu',
    '--no-diagnostics',
  ];
}

/** Reads the table of a results folder without its times, which are all that may differ. */
export async function readTable(folder: string): Promise<string> {
  const text = await readFile(join(folder, 'table.md'), 'utf8');
  const begun = /begun [\d-]+ [\d:]+ UTC/;
  return text
    .replace(begun, 'begun')
    .replace(/\| [\d.]+ (s|min|h)[^|]* \| [\d,]+ \|/g, '| time | images/s |');
}
