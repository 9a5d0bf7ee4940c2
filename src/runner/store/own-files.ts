import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../user-error.js';

/** What each file begins with that a run writes anew: all versions so far, and as other programs format JSON. */
const beginnings: Readonly<Record<string, RegExp>> = {
  'results.json': /^\s*\{.*"format"\s*:\s*"prep-lab results"/s,
  'table.md': /^# Test accuracy of \d/,
  'plan.json': /^\s*\{.*"format"\s*:\s*"prep-lab plan"/s,
  'search.json': /^\s*\{.*"format"\s*:\s*"prep-lab search"/s,
};

/** Enough for the run's environment, which version 1 with sorted keys has before the format. */
const beginningBytes = 4096;

/**
 * Makes sure that a run writes over no file of somebody else: only over what begins as prep-lab's own, whatever comes
 * after that, and over empty files. Trials' folders without these files are a results folder, too.
 * @throws UserError
 */
export async function requireOwnFiles(folder: string): Promise<void> {
  for (const [name, own] of Object.entries(beginnings)) {
    const path = join(folder, name);
    const beginning = await readBeginning(path);
    if (beginning !== undefined && beginning !== '' && !own.test(beginning)) {
      throw foreign(path, 'prep-lab did not write it');
    }
  }
}

/** Returns nothing where there is no file. */
async function readBeginning(path: string): Promise<string | undefined> {
  try {
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      if (!(await handle.stat()).isFile()) throw foreign(path, 'it is not a file');
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(beginningBytes));
      return buffer.toString('utf8', 0, bytesRead).replace(/^\uFEFF/, '');
    } finally {
      await handle.close();
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    if (error instanceof UserError || code === undefined) throw error;
    throw foreign(path, `it cannot be read (${code})`, error);
  }
}

function foreign(path: string, reason: string, cause?: unknown): UserError {
  return new UserError(`"${path}" would be overwritten by the results, but ${reason}.`, {
    hint: 'name another folder with --out, or move the file away.',
    cause,
  });
}
