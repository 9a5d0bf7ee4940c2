import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import { exitCodes, UserError } from '../../user-error.js';

/**
 * Reads a file that a run writes beside its trials; nothing where it is not there, or its folder is none.
 * @throws UserError (storage) if the file cannot be read or is damaged.
 */
export async function readOwnJson<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
): Promise<z.output<Schema> | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw damaged(path, `cannot be read (${error.code})`, error);
  });
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw damaged(path, 'was cut off or altered', error);
  }
}

function damaged(path: string, what: string, cause: unknown): UserError {
  return new UserError(`"${path}" ${what}.`, {
    hint: 'the run that made it, given once more, writes it anew.',
    exitCode: exitCodes.storage,
    cause,
  });
}
