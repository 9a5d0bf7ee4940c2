import { readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { UserError } from '../user-error.js';

/** A file, and what it is to the user: `the experiment`, `--export-csv`. */
export interface NamedFile {
  readonly name: string;
  /** As the user wrote it; "-" is stdout. */
  readonly path: string;
}

/** All files that a command reads and writes for the user. */
export interface CommandFiles {
  readonly inputs: readonly NamedFile[];
  readonly outputs: readonly NamedFile[];
  /** Results folders, or files in them: what trials stored there is never written over. */
  readonly results: readonly string[];
  /** Folders that the command writes into, and makes where they are not there. */
  readonly folders?: readonly string[];
}

/**
 * Makes sure, before anything is done, that all outputs can be written, and that none overwrites what the command reads
 * or another output, by whatever names and links.
 * @throws UserError, for what the system refuses with the code for storage.
 */
export async function requireOutputs(files: CommandFiles): Promise<void> {
  await requireApart(files);
  const { requireWritable, requireWritableFolder } = await import('../storage/output-file.js');
  for (const folder of files.folders ?? []) await requireWritableFolder(folder);
  for (const { path } of files.outputs) await requireWritable(path, files.folders);
}

/** Returns stored results as inputs: a results.json, or that of a results folder. */
export async function resultsAsInput(path: string, name = 'the results'): Promise<NamedFile> {
  const found = await stat(path).catch(() => undefined);
  return { name, path: found?.isDirectory() ? join(path, 'results.json') : path };
}

/** Returns the files that --data names, or those where the data are looked for. */
export async function dataAsInputs(dataFolder: string | undefined): Promise<NamedFile[]> {
  const { namedDatasets } = await import('../datasets/named/list.js');
  const files = namedDatasets.flatMap((dataset) => dataset.possibleFiles(dataFolder));
  return nameAll('the data file', files);
}

/** Gives several files one name. */
export function nameAll(name: string, paths: readonly string[]): NamedFile[] {
  return paths.map((path) => ({ name, path }));
}

async function requireApart({ inputs, outputs, results }: CommandFiles): Promise<void> {
  const folders = await Promise.all(results.map(findRealFolder));
  const taken = new Map<string, NamedFile>();
  if (outputs.length === 0) return;
  for (const input of inputs) taken.set(await findRealPath(input.path), input);
  for (const output of outputs) {
    // What "-" is for may be a file, too.
    const real = await findRealPath(output.path === '-' ? '/dev/stdout' : output.path);
    const other = taken.get(real);
    if (other) throw outputs.includes(other) ? sharedOutput(other, output) : lost(output, other);
    if (folders.some((folder) => isOfTrial(relative(folder, real)))) {
      throw lost(output, { name: 'what a trial stored in', path: dirname(output.path) });
    }
    taken.set(real, output);
  }
}

/** Returns where a file is, or would be: links are followed, also those that lead to nothing yet. */
async function findRealPath(path: string, mostLinks = 40): Promise<string> {
  const real = await realpath(path).catch(() => undefined);
  if (real !== undefined) return real;
  const target = mostLinks > 0 ? await readlink(path).catch(() => undefined) : undefined;
  if (target !== undefined) return findRealPath(resolve(dirname(path), target), mostLinks - 1);
  const folder = dirname(path);
  return folder === path ? path : join(await findRealPath(folder, mostLinks), basename(path));
}

async function findRealFolder(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  return findRealPath(found?.isFile() ? dirname(path) : path);
}

/** Whether a path from a results folder on leads to a trial's result or checkpoints, also those that were set aside. */
function isOfTrial(path: string): boolean {
  const [trial, part = '', ...more] = path.split(sep);
  return trial !== '..' && more.length > 0 && /^(?:result|checkpoints)(?:\.|$)/.test(part);
}

function lost(output: NamedFile, input: NamedFile): UserError {
  const message = `${output.name} "${output.path}" would overwrite ${input.name} "${input.path}".`;
  return new UserError(message, { hint: 'name another file.' });
}

function sharedOutput(first: NamedFile, second: NamedFile): UserError {
  return new UserError(
    `${first.name} "${first.path}" and ${second.name} "${second.path}" are one file.`,
    { hint: 'give each output a file of its own; only one can be "-".' },
  );
}
