import { Worker } from 'node:worker_threads';

/**
 * Ends this process when its parent has died, from a thread of its own: the engine or a stage may block the event loop,
 * even for ever, and nobody would be left to end it.
 */
export function watchParent(): void {
  new Worker(program, { eval: true, execArgv: [], workerData: process.ppid }).unref();
}

/** A process whose parent dies gets another one. */
const program = `
  const { workerData } = require('node:worker_threads');
  setInterval(() => {
    if (process.ppid !== workerData) process.kill(process.pid, 'SIGKILL');
  }, 1000);
`;
