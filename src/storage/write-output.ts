import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { asStorageError } from './storage-error.js';

/**
 * Writes a file that the user asked for, whole or not at all, and makes its folder.
 * @throws UserError (storage)
 */
export async function writeOutput(path: string, content: string | Uint8Array): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    const isText = typeof content === 'string';
    await writeFileAtomic(path, isText ? content : Buffer.from(content));
  } catch (error) {
    throw asStorageError(error, path);
  }
}
