import { exitCodes, UserError } from '../../user-error.js';

/** Makes the error of images that cannot be used. */
export function createDataError(message: string, hint?: string, cause?: unknown): UserError {
  return new UserError(message, { exitCode: exitCodes.data, ...(hint && { hint }), cause });
}
