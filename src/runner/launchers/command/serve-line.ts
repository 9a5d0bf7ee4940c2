import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { UserError } from '../../../user-error.js';
import { JobServer, type ServerSetting } from '../../serve-job.js';
import { renderWorkerLine, type WorkerLine } from './worker-line.js';

/** Where a worker's trial comes from and what comes of it goes: its standard input and output. */
interface Lines {
  readonly input: NodeJS.ReadableStream;
  write(text: string): void;
}

/**
 * Trains the trial of the first line of the input, and writes how it goes on and what came of it as lines. Where the input
 * ends before that, its run is gone or has stopped: the trial writes a checkpoint.
 * @throws UserError if this machine may not train it or is not in order
 */
export async function serveLine(setting: ServerSetting, { input, write }: Lines): Promise<void> {
  const lines = createInterface({ input });
  const gone = new AbortController();
  lines.once('close', () => gone.abort());
  const waiting = once(lines, 'line', { signal: gone.signal });
  const [first]: unknown[] = await waiting.catch(() => {
    throw new UserError('There is no trial on standard input.', {
      hint: 'the launcher of a plug-in starts this worker, and writes one (docs/plugins.md).',
    });
  });
  const stop = AbortSignal.any([setting.stop, gone.signal]);
  const server = new JobServer({ ...setting, stop });
  const tell = async (message: WorkerLine) => write(renderWorkerLine(message));
  try {
    const served = await server.serve({
      name: 'of standard input',
      content: parseJson(String(first)),
      tell,
      isRecalled: async () => false,
      async forgetRecall() {},
    });
    if (served === 'given back') await server.ended;
    await tell(
      typeof served === 'string' ? { type: 'stopped' } : { type: 'sealed', sealed: served },
    );
  } finally {
    lines.close();
    await server.close();
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
