import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { exitCodes, UserError } from '../../user-error.js';
import { endWithParent } from './end-with-parent.js';

const childFile = fileURLToPath(new URL('./child.js', import.meta.url));

/**
 * Starts the process of a trial; it dies with this one.
 * @param visibleGpu What `CUDA_VISIBLE_DEVICES` is to be in it; left out to leave it as it is.
 * @throws UserError (engine) if the system gives no process. Most systems tell so later, by the child's "error".
 */
export function forkChild(visibleGpu: string | undefined): ChildProcess {
  const env = {
    ...process.env,
    ...(visibleGpu !== undefined && { CUDA_VISIBLE_DEVICES: visibleGpu }),
  };
  try {
    const child = fork(childFile, [], {
      // Ctrl-C in a terminal then reaches only this process, which decides.
      detached: true,
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env,
    });
    endWithParent(child);
    return child;
  } catch (error) {
    throw cannotStart(error as Error);
  }
}

/** Returns the error for a trial's process that the system does not give. */
export function cannotStart(cause: Error): UserError {
  return new UserError(`A process for a trial cannot be started: ${cause.message}.`, {
    hint: 'Use fewer --jobs; "ulimit -u" and the free memory bound the number of processes.',
    cause,
    exitCode: exitCodes.engine,
  });
}
