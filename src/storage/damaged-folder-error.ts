import { exitCodes, UserError } from '../user-error.js';

/**
 * `absent`: there is no such folder; `damaged`: a file is missing or differs from what was written; `foreign`: intact,
 * but of another kind or trial; `version`: written in a form that this program does not read.
 */
export type Damage = 'absent' | 'damaged' | 'foreign' | 'version';

/** A sealed folder that cannot be used; the message names the file and what is wrong with it. */
export class DamagedFolderError extends UserError {
  readonly damage: Damage;

  constructor(damage: Damage, message: string, cause?: unknown) {
    super(message, { hint: hints[damage], cause, exitCode: exitCodes.cannotResume });
    this.name = 'DamagedFolderError';
    this.damage = damage;
  }
}

const hints: Readonly<Record<Damage, string>> = {
  absent: 'check the path.',
  damaged: 'check the disk, or restore the folder from a copy.',
  foreign: 'move the folder back to where it came from.',
  version: 'use the prep-lab that wrote it, or a newer one.',
};
