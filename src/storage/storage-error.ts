import { exitCodes, UserError } from '../user-error.js';

/**
 * Lets a write beyond a limit on the size of files (`ulimit -f`, RLIMIT_FSIZE) fail as on a full disk, with EFBIG.
 * Without a listener the system's signal ends the process before it can say what is wrong.
 */
export function surviveFileSizeLimit(): void {
  process.on('SIGXFSZ', () => {});
}

const causes: Readonly<Record<string, readonly [reason: string, hint: string]>> = {
  ENOSPC: ['the disk is full', 'Free some space and run the command again.'],
  EDQUOT: ['your disk quota is used up', 'Free some space and run the command again.'],
  EFBIG: [
    'the file is larger than this disk or "ulimit -f" allows',
    'Raise the limit or use a folder on another disk.',
  ],
  EACCES: ['permission denied', 'Make the folder writable or use another one.'],
  EPERM: ['permission denied', 'Make the folder writable or use another one.'],
  EROFS: ['the disk is read-only', 'Use a folder on another disk.'],
  ENOTDIR: ['a part of the path is not a folder', 'Use another folder.'],
  // What mkdir says where a file has the folder's name.
  EEXIST: ['a part of the path is not a folder', 'Use another folder.'],
  ENAMETOOLONG: ['the name is too long', 'Use a shorter one.'],
  EIO: ['the disk reports an error', 'Check the disk, or use a folder on another one.'],
};

/**
 * Returns the user's error for a failed write (full disk, permission), or nothing if `error` is something else.
 * The path of the system's error, where it has one, is more exact than `path`.
 */
export function toStorageError(error: unknown, path: string): UserError | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, path: failed } = error as NodeJS.ErrnoException;
  const cause = causes[code ?? ''];
  if (!cause) return undefined;
  const [reason, hint] = cause;
  return new UserError(`"${failed ?? path}" cannot be written: ${reason} (${code}).`, {
    hint,
    cause: error,
    exitCode: exitCodes.storage,
  });
}

/** Returns the user's error for a failed write, or `error` itself: `catch (error) { throw asStorageError(error, path); }`. */
export function asStorageError(error: unknown, path: string): unknown {
  return toStorageError(error, path) ?? error;
}

/**
 * As {@link asStorageError} for what is written under a temporary name: names only `path`, knows every error of the
 * system, and says how much space a full disk lacked.
 */
export function asWriteError(error: unknown, path: string, neededBytes?: number): unknown {
  const { code, syscall } = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
  if (code === undefined || syscall === undefined) return error;
  const [reason, hint] = causes[code] ?? [
    `the system refuses "${syscall}"`,
    'Check that nothing else changes the folder, and run the command again.',
  ];
  const isFull = code === 'ENOSPC' || code === 'EDQUOT';
  const needed =
    isFull && neededBytes !== undefined
      ? `; ${neededBytes.toLocaleString('en-US')} bytes were needed`
      : '';
  return new UserError(`"${path}" cannot be written: ${reason} (${code})${needed}.`, {
    hint,
    cause: error,
    exitCode: exitCodes.storage,
  });
}
