import { mkdir, stat } from 'node:fs/promises';
import { dirname, normalize } from 'node:path';
import { exitCodes, UserError } from '../user-error.js';
import { asWriteError } from './storage-error.js';

/**
 * Makes a folder and those above it. One that is there is no error. Not by `recursive` of Node's `mkdir`: that never
 * ends where the system makes no folder in one that is there (/proc), and hides that a disk is read-only.
 * @returns the highest folder that was made; nothing if there was nothing to make.
 * @throws UserError (storage)
 */
export async function makeFolder(path: string): Promise<string | undefined> {
  const folder = normalize(path);
  const made = await tryMake(folder);
  if (made === true) return folder;
  if (made === false) return undefined;
  const parent = dirname(folder);
  if (made.code !== 'ENOENT' || parent === folder) throw asWriteError(made, folder);
  const highest = await makeFolder(parent);
  const again = await tryMake(folder);
  if (typeof again === 'boolean') return highest ?? folder;
  throw again.code === 'ENOENT' ? takesNoFolders(folder, again) : asWriteError(again, folder);
}

/** Returns whether it made a folder or found one; else why the system makes none. */
async function tryMake(folder: string): Promise<boolean | NodeJS.ErrnoException> {
  try {
    await mkdir(folder);
    return true;
  } catch (error) {
    const found = await stat(folder).catch(() => undefined);
    return found?.isDirectory() ? false : (error as NodeJS.ErrnoException);
  }
}

function takesNoFolders(folder: string, cause: NodeJS.ErrnoException): UserError {
  return new UserError(
    `"${folder}" cannot be written: "${dirname(folder)}" takes no new folders (ENOENT).`,
    {
      hint: 'use another folder: --out names one for results, PREP_LAB_CACHE one for the engine and the data.',
      cause,
      exitCode: exitCodes.storage,
    },
  );
}
