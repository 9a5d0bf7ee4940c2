import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import pMap from 'p-map';
import { createDataError } from './data-error.js';
import { assignParts } from './parts.js';

/** A file that images are read from. */
export interface SourceFile {
  readonly path: string;
  /** From the root on, with "/" between folders. */
  readonly name: string;
  readonly size: number;
  readonly modified: number;
}

/** What an experiment's `path` leads to, with all links followed. */
export interface SourceRoot {
  readonly path: string;
  readonly isFolder: boolean;
  /** As the user wrote it. */
  readonly written: string;
}

/** @throws UserError (data) if there is nothing of that name. */
export async function openRoot(path: string, written: string): Promise<SourceRoot> {
  try {
    const real = await realpath(path);
    return { path: real, isFolder: (await stat(real)).isDirectory(), written };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const problem =
      code === 'ENOENT' ? 'there is nothing of that name' : `it cannot be read (${code})`;
    throw createDataError(
      `dataset.path "${written}": ${problem}.`,
      'a path is taken from the folder of the experiment file on.',
      error,
    );
  }
}

/** The folder of the root, or the one that its file lies in. */
function folderOf({ path, isFolder }: SourceRoot): string {
  return isFolder ? path : dirname(path);
}

/**
 * Lists the files of a folder and of those in it, sorted by their names; hidden ones are left out. A root that is a file is
 * its only one.
 * @throws UserError (data) for a link that leads out of the folder, or what is no file.
 */
export async function listFiles(root: SourceRoot): Promise<SourceFile[]> {
  if (!root.isFolder) return [await describeFile(root, basename(root.path))];
  const names: string[] = [];
  const links = new Set<string>();
  await collectNames(root.path, '', { names, links });
  names.sort();
  return await pMap(
    names,
    // Only a link can lead elsewhere: to follow every path takes longer than all else.
    (name) =>
      links.has(name) ? describeFile(root, name) : describeAt(join(root.path, name), name),
    { concurrency: 32 },
  );
}

interface Names {
  readonly names: string[];
  readonly links: Set<string>;
}

/** Far deeper than any data set, and than any circle of links needs to be noticed. */
const mostLevels = 20;

async function collectNames(folder: string, prefix: string, found: Names): Promise<void> {
  if (prefix.split('/').length > mostLevels) {
    throw createDataError(`"${prefix}" lies too deep: folders may be nested ${mostLevels} times.`);
  }
  for (const entry of await readdir(join(folder, prefix), { withFileTypes: true })) {
    if (entry.name.startsWith('.')) continue;
    const name = `${prefix}${entry.name}`;
    const leadsToFolder =
      entry.isDirectory() ||
      (entry.isSymbolicLink() && (await isFolderWithin(folder, join(folder, name), name)));
    if (leadsToFolder) await collectNames(folder, `${name}/`, found);
    else found.names.push(name);
    if (entry.isSymbolicLink()) found.links.add(name);
  }
}

async function isFolderWithin(root: string, path: string, name: string): Promise<boolean> {
  const real = await followWithin(root, path, name);
  return (await stat(real)).isDirectory();
}

/** Returns where a path leads. @throws UserError (data) if that is outside of the root. */
async function followWithin(root: string, path: string, name: string): Promise<string> {
  const real = await realpath(path).catch((error: NodeJS.ErrnoException) => error);
  if (real instanceof Error) {
    const what = real.code === 'ENOENT' ? 'there is no such file' : `cannot be read (${real.code})`;
    throw createDataError(`"${name}": ${what}.`, 'take it out, or put the file there.', real);
  }
  if (real !== root && !real.startsWith(root.endsWith(sep) ? root : `${root}${sep}`)) {
    throw createDataError(
      `"${name}" leads out of "${root}".`,
      'images must lie in the folder itself: copy them there.',
    );
  }
  return real;
}

/** Describes a file by its name within the root's folder. @throws UserError (data) if it is none. */
export async function describeFile(root: SourceRoot, name: string): Promise<SourceFile> {
  const folder = folderOf(root);
  const path = await followWithin(folder, join(folder, name), name);
  return describeAt(path, relative(folder, join(folder, name)).split(sep).join('/'));
}

async function describeAt(path: string, name: string): Promise<SourceFile> {
  const found = await stat(path);
  if (!found.isFile()) throw createDataError(`"${name}" must be a file, received something else.`);
  return { path, name, size: found.size, modified: found.mtimeMs };
}

/** Returns the files with one of some endings. @throws UserError (data) if there is none. */
export function filesEndingIn(
  files: readonly SourceFile[],
  endings: readonly string[],
  root: SourceRoot,
): SourceFile[] {
  const fitting = files.filter(({ name }) =>
    endings.some((ending) => name.toLowerCase().endsWith(ending)),
  );
  if (fitting.length > 0) return fitting;
  throw createDataError(
    `"${root.written}" has no file that ends in ${endings.join(' or ')}.`,
    'check dataset.path and dataset.format.',
  );
}

/** Returns those of a source's files that have one of the endings and belong to a part. @throws UserError (data) without any. */
export async function listFilesOfParts(
  root: SourceRoot,
  endings: readonly string[],
): Promise<SourceFile[]> {
  const files = filesEndingIn(await listFiles(root), endings, root);
  const parts = assignParts(
    files.map(({ name }) => name),
    root.written,
  );
  return files.filter(({ name }) => parts.has(name));
}
