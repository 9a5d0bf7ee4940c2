import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Bitmap, encodePng, stackBitmaps } from '../../drawing/bitmap.js';
import { makeFolder } from '../../storage/make-folder.js';
import { writeOutput } from '../../storage/output-file.js';
import { UserError } from '../../user-error.js';
import type { Preview } from './create-preview.js';

/** Renders the numbers of previews, without the images. What is not finite becomes null. */
export function renderPreviewJson(previews: readonly Preview[]): string {
  const rows = previews.map(({ columns, classNames: _, ...preview }) => ({
    ...preview,
    columns: columns.map(({ draws: __, ...column }) => column),
  }));
  return `${JSON.stringify({ version: 1, previews: rows }, null, 2)}\n`;
}

/** Where sheets go to: one file for all, a file for each, or stdout. */
export type SheetTarget =
  | { readonly kind: 'file' | 'folder'; readonly path: string }
  | { readonly kind: 'stdout' };

export interface NamedSheet {
  readonly name: string;
  readonly bitmap: Bitmap;
}

/**
 * Reads what the user gave as the target.
 * @throws UserError if it is neither a PNG file nor a folder, so that no other file is written over.
 */
export async function parseTarget(out: string): Promise<SheetTarget> {
  if (out === '-') return { kind: 'stdout' };
  const found = await stat(out).catch(() => undefined);
  if (found?.isDirectory() || /[\\/]$/.test(out)) return { kind: 'folder', path: out };
  if (/\.png$/i.test(out)) return { kind: 'file', path: out };
  throw new UserError(`--out must end in ".png" or be a folder, received "${out}".`, {
    hint: `write --out "${out}.png", or --out "${out}/" for one file an experiment.`,
  });
}

/** Returns the files that sheets go to; "-" is stdout. Names of experiments are safe as file names. */
export function listSheetFiles(names: readonly string[], target: SheetTarget): string[] {
  if (target.kind === 'folder') return names.map((name) => sheetFile(target.path, name));
  return [target.kind === 'stdout' ? '-' : target.path];
}

function sheetFile(folder: string, name: string): string {
  return join(folder, `${name}.png`);
}

/** Writes sheets as PNG and returns the files that they are in; nothing where they went to stdout. */
export async function writeSheets(
  sheets: readonly NamedSheet[],
  target: SheetTarget,
): Promise<string[]> {
  if (target.kind === 'folder') {
    await makeFolder(target.path);
    const files: string[] = [];
    for (const { name, bitmap } of sheets) {
      const path = sheetFile(target.path, name);
      await writeOutput(path, encodePng(bitmap));
      files.push(path);
    }
    return files;
  }
  const [only] = sheets;
  const isOne = only && sheets.length === 1;
  const png = encodePng(isOne ? only.bitmap : stackBitmaps(sheets.map(({ bitmap }) => bitmap)));
  if (target.kind === 'stdout') {
    process.stdout.write(png);
    return [];
  }
  await writeOutput(target.path, png);
  return [target.path];
}
