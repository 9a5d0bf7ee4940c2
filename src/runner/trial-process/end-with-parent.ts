import type { ChildProcess } from 'node:child_process';

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
