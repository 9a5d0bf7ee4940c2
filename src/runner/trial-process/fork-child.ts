import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { exitCodes, UserError } from '../../user-error.js';

const running = new Set<ChildProcess>();

/** One listener for all: Node warns of a leak where there are more than ten. */
function killAll(): void {
  for (const child of running) child.kill('SIGKILL');
}

/** Has a child killed when this process ends before it. */
export function endWithParent(child: ChildProcess): void {
  if (running.size === 0) process.once('exit', killAll);
  running.add(child);
  child.once('close', () => {
    running.delete(child);
    if (running.size === 0) process.off('exit', killAll);
  });
}

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
