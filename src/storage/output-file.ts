import { constants } from 'node:fs';
import { access, appendFile, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { UserError } from '../user-error.js';
import { asWriteError } from './storage-error.js';
import { replaceFile } from './sync.js';

/**
 * Makes sure that a folder can be written, or made where it is not there.
 * @throws UserError (storage)
 */
export async function requireWritableFolder(folder: string): Promise<void> {
  try {
    const found = await findFolder(folder);
    if (found) await access(folder, constants.W_OK);
    else if (dirname(folder) !== folder) await requireWritableFolder(dirname(folder));
  } catch (error) {
    throw asWriteError(error, folder);
  }
}

/** Returns whether a folder is there. */
async function findFolder(folder: string): Promise<boolean> {
  const found = await stat(`${folder}/`).catch((error: NodeJS.ErrnoException) => error);
  if (found instanceof Error && found.code !== 'ENOENT') throw found;
  return !(found instanceof Error);
}

/**
 * Makes sure that a file which the user asked for can be written; "-" always can.
 * @param madeFolders Folders that the command makes before it writes the file.
 * @throws UserError, for what the system refuses with the code for storage.
 */
export async function requireWritable(
  file: string,
  madeFolders: readonly string[] = [],
): Promise<void> {
  if (file === '-') return;
  // Where the current folder is gone, this says so; what is below would blame the file.
  resolve(file);
  const found = await stat(file).catch(() => undefined);
  if (found?.isDirectory()) {
    throw new UserError(`"${file}" is a folder.`, { hint: `name a file, such as ${file}/table.` });
  }
  try {
    if (found) await access(file, constants.W_OK);
    // What is written to a device or a pipe leaves its folder as it is.
    if (!found || found.isFile()) await requireFolder(file, madeFolders);
  } catch (error) {
    throw asWriteError(error, file);
  }
}

/** Folders of files are not made: a slip in a path would go unseen. */
async function requireFolder(file: string, madeFolders: readonly string[]): Promise<void> {
  const folder = dirname(file);
  if (await findFolder(folder)) return await access(folder, constants.W_OK);
  if (madeFolders.some((made) => resolve(made) === resolve(folder))) return;
  throw new UserError(`"${file}" cannot be written: there is no folder "${folder}".`, {
    hint: `check the path, or make the folder first: mkdir -p "${folder}".`,
  });
}

/**
 * Writes a file that the user asked for, whole or not at all; "-" is stdout, devices and pipes are written as they are.
 * @throws UserError (storage)
 */
export async function writeOutput(file: string, content: string | Uint8Array): Promise<void> {
  if (file === '-') {
    process.stdout.write(content);
    return;
  }
  try {
    const found = await stat(file).catch(() => undefined);
    // Renaming over /dev/null, as root, would replace it for everybody.
    const isSpecial = found !== undefined && !found.isFile();
    if (isSpecial) await writeFile(file, content);
    else await replaceFile(file, content);
  } catch (error) {
    throw asWriteError(error, file);
  }
}

/** Adds text to the end of a file that the user asked for. @throws UserError (storage) */
export async function appendToOutput(file: string, text: string): Promise<void> {
  try {
    await appendFile(file, text);
  } catch (error) {
    throw asWriteError(error, file);
  }
}
