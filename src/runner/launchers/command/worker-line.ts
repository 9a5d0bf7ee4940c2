import type { SealedResult } from '../../sealed-result.js';
import type { WorkerMessage } from '../../trial-job.js';

/** A line that a worker with `--stdin` writes: how its trial goes on, and as the last one what came of it. */
export type WorkerLine =
  | WorkerMessage
  | { readonly type: 'sealed'; readonly sealed: SealedResult }
  /** It was told to stop, and left a checkpoint on its machine. */
  | { readonly type: 'stopped' };

/** What each line of a worker begins with: a login shell may write others. */
const mark = 'prep-lab ';

/** Renders a line. */
export function renderWorkerLine(message: WorkerLine): string {
  return `${mark}${JSON.stringify(message)}\n`;
}

/** Parses a line; nothing where a worker did not write it. */
export function parseLine(line: string): WorkerLine | undefined {
  if (!line.startsWith(mark)) return undefined;
  try {
    return JSON.parse(line.slice(mark.length)) as WorkerLine;
  } catch {
    return undefined;
  }
}
