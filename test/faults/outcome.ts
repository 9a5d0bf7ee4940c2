import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { readSealedFolder } from '../../src/storage/sealed-folder.js';
import { DamagedFolderError } from '../../src/storage/sealed-manifest.js';

/** What a results folder says apart from times, continuations and who asked: this must repeat bit for bit. */
export interface FinalOutcome {
  /** The trials of results.json. */
  readonly trials: readonly object[];
  readonly table: string;
  /** Class by test image of each done trial, in base64, by its id. */
  readonly predictions: Readonly<Record<string, string>>;
}

/** Reads what must repeat of a results folder. */
export async function readOutcome(out: string): Promise<FinalOutcome> {
  const { trials } = JSON.parse(await readFile(join(out, 'results.json'), 'utf8'));
  const predictions: Record<string, string> = {};
  for (const { id, status } of trials) {
    const files = await readSealedFolder(join(out, id, 'result'), { kind: 'result' });
    if (status === 'done') {
      predictions[id] = files.get('predictions.bin')?.toString('base64') ?? 'missing';
    }
  }
  const table = await readFile(join(out, 'table.md'), 'utf8');
  return { trials: withoutTimes(trials) as object[], table: maskTimes(table), predictions };
}

const timeKeys = new Set([
  'startedAt',
  'durationSeconds',
  'resumeCount',
  'provenance',
  'trainSeconds',
  'validationSeconds',
  'imagesPerSecond',
]);

/** Returns a value of JSON without its times, at any depth. */
export function withoutTimes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutTimes);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => !timeKeys.has(key));
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutTimes(inner)]));
}

/** Returns a Markdown table with "T" for times and speeds. */
function maskTimes(table: string): string {
  const lines = table
    .replace(/begun [\d-]+ [\d:]+ UTC/, 'begun T')
    // The budget of "at equal time" is what the fastest arm took.
    .replace(/and within .* of training.*$/gm, 'and within T')
    .split('\n');
  const header = lines.find((line) => line.startsWith('| ')) ?? '';
  const isTime = header.split(' | ').map((name) => /time|images\/s/.test(name));
  return lines
    .map((line) => {
      if (!line.startsWith('| ') || line === header) return line;
      return line
        .split(' | ')
        .map((cell, index) => (isTime[index] ? 'T' : cell))
        .join(' | ');
    })
    .join('\n');
}

/** Returns the paths of all files below a folder, sorted. */
export async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => !entry.isDirectory());
  return files.map((file) => join(file.parentPath, file.name).slice(folder.length + 1)).sort();
}

/** Expects that a results folder holds results and summary, and nothing that a fault has left. */
export async function expectTidy(out: string): Promise<void> {
  const isExpected = (path: string) =>
    /^(results\.json|table\.md|plan\.json|[^/]+\/result\/(trial\.json|predictions\.bin|manifest\.json))$/.test(
      path,
    );
  expect((await listFiles(out)).filter((path) => !isExpected(path))).toEqual([]);
}

/** Returns the paths of all checkpoints, a trial's oldest first; fails for one that does not verify. */
export async function readCheckpoints(out: string): Promise<string[]> {
  const paths = await readdir(out, { recursive: true }).catch(() => []);
  const found: string[] = [];
  for (const path of paths.filter((name) => /\/checkpoints\/epoch-\d+-step-\d+$/.test(name))) {
    const isThere = await readSealedFolder(join(out, path), { kind: 'checkpoint' }).then(
      () => true,
      (error: unknown) => {
        // A process that has not noticed its parent's death yet may remove an old one.
        if (error instanceof DamagedFolderError && error.damage === 'absent') return false;
        throw error;
      },
    );
    if (isThere) found.push(path);
  }
  return found.sort();
}
