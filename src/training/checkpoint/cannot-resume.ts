import { exitCodes, UserError } from '../../user-error.js';

/** Returns the error for a checkpoint that a trial cannot go on from. @param reason ends the sentence. */
export function cannotResume(reason: string): UserError {
  return new UserError(`The checkpoint cannot be continued: ${reason}.`, {
    hint: 'Use "--fresh" to set it aside and train the trial from its beginning.',
    exitCode: exitCodes.cannotResume,
  });
}
