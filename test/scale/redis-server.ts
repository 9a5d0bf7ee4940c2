import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { onTestFinished } from 'vitest';
import { findFreePort } from './free-port.js';

/** Whether Redis is there: test/scale/set-up.sh installs it. */
export const hasRedis = isInstalled();

function isInstalled(): boolean {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** A Redis of the test's own, which ends with it. */
export interface RedisServer {
  readonly url: string;
  readonly password: string;
  start(): Promise<void>;
  /** Ends it; what it holds is on the disk. */
  stop(): Promise<void>;
}

/** Starts a Redis that keeps what it is given in `folder`, with these further options. */
export async function startRedis(
  folder: string,
  more: readonly string[] = [],
): Promise<RedisServer> {
  const port = await findFreePort();
  const password = 'geheim';
  const options = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'yes',
  ];
  let server: ChildProcess | undefined;
  const start = async () => {
    const all = [...options, '--dir', folder, '--requirepass', password, ...more];
    server = spawn('redis-server', all, { stdio: 'ignore' });
    const client = new Redis({ port, password, retryStrategy: () => 100 });
    client.on('error', () => {});
    await client.ping();
    client.disconnect();
  };
  const stop = async () => {
    server?.kill('SIGTERM');
    while (server?.exitCode === null && server.signalCode === null) await sleep(50);
  };
  onTestFinished(stop);
  await start();
  return { url: `redis://127.0.0.1:${port}`, password, start, stop };
}
