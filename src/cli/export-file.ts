import { constants } from 'node:fs';
import { access, appendFile, mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { asStorageError } from '../storage/storage-error.js';
import { UserError } from '../user-error.js';

/**
 * Makes sure that a file can be written; "-" always can.
 * @throws UserError, for what the system refuses with the code for storage.
 */
export async function requireWritable(file: string): Promise<void> {
  if (file === '-') return;
  const found = await stat(file).catch(() => undefined);
  if (found?.isDirectory()) {
    throw new UserError(`"${file}" is a folder.`, { hint: `name a file, such as ${file}/table.` });
  }
  try {
    await mkdir(dirname(file), { recursive: true });
    await access(dirname(file), constants.W_OK);
    if (found) await access(file, constants.W_OK);
  } catch (error) {
    throw asStorageError(error, file);
  }
}

/** Writes a file whole or not at all, with its folder; "-" is stdout, devices and pipes are written as they are. */
export async function writeExportFile(file: string, content: string | Uint8Array): Promise<void> {
  if (file === '-') {
    process.stdout.write(content);
    return;
  }
  try {
    await mkdir(dirname(file), { recursive: true });
    const found = await stat(file).catch(() => undefined);
    // Renaming over /dev/null, as root, would replace it for everybody.
    const isSpecial = found !== undefined && !found.isFile();
    if (isSpecial) return await writeFile(file, content);
    // Help needs none of this.
    const { default: writeFileAtomic } = await import('write-file-atomic');
    await writeFileAtomic(file, Buffer.from(content));
  } catch (error) {
    throw asStorageError(error, file);
  }
}

/** Adds text to the end of a file. */
export async function appendToFile(file: string, text: string): Promise<void> {
  try {
    await appendFile(file, text);
  } catch (error) {
    throw asStorageError(error, file);
  }
}
