import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { builtModule, startModule } from './run-module.js';

/**
 * Answers each line "try FOLDER", "wait FOLDER", "require" or "release" with one line: "ours", "held by PID", "current",
 * "released" or an error's message.
 */
const program = `
  import { createInterface } from 'node:readline';
  import { acquireLease, tryAcquireLease } from '${builtModule('storage/lease.js')}';
  let lease;
  const commands = {
    async try(folder) {
      const tried = await tryAcquireLease(folder);
      if (tried.held) return 'held by ' + (tried.pid ?? 'somebody');
      lease = tried;
      return 'ours';
    },
    async wait(folder) {
      lease = await acquireLease(folder);
      return 'ours';
    },
    async require() {
      await lease.requireCurrent();
      return 'current';
    },
    async release() {
      await lease?.release();
      lease = undefined;
      return 'released';
    },
  };
  for await (const line of createInterface(process.stdin)) {
    const [name, folder] = line.split(' ');
    console.log(await commands[name](folder).catch(({ message }) => message));
  }
`;

/** A process of its own that takes leases. */
export interface LeaseProcess {
  readonly pid: number;
  ask(command: string): Promise<string>;
  signal(name: NodeJS.Signals): void;
  /** Ends it without a chance to clean up. */
  kill(): Promise<void>;
}

/** Starts a process that lives until the test ends; see kill-at-call.mjs for what its environment can make happen. */
export function startLeaseProcess(
  environment: Readonly<Record<string, string>> = {},
): LeaseProcess {
  const { child, ended } = startModule(program, [], environment);
  onTestFinished(() => void child.kill('SIGKILL'));
  return {
    pid: child.pid ?? 0,
    async ask(command) {
      child.stdin.write(`${command}\n`);
      const [answer] = (await once(child.stdout, 'data')) as [string];
      return answer.trim();
    },
    signal: (name) => void child.kill(name),
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
