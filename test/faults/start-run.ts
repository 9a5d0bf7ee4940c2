import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import { programFile } from '../cli/run-program.js';

export interface RunSetting {
  readonly folder: string;
  /** `run`, files and options. */
  readonly parameters: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** The program's file, where it is not the built one. */
  readonly program?: string;
  /** What the program may use, as options of bash's `ulimit`. */
  readonly limits?: string;
}

export interface RunEnd {
  /** The exit code, or the signal that ended it. */
  readonly end: number | NodeJS.Signals;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

/** A run of the built program. */
export interface Run {
  readonly pid: number;
  readonly ended: Promise<RunEnd>;
  /** Returns once stderr holds the text; fails if the run ends without. */
  printed(text: string | RegExp): Promise<void>;
  signal(name: NodeJS.Signals): void;
  /** Signals to the parent and to its trials. */
  signalAll(name: NodeJS.Signals): void;
  /** All of its processes that live, the parent first; also those whose parent died. */
  processes(): number[];
  /** Its trials' processes that live. */
  trialProcesses(): number[];
}

const runVariable = 'FAULT_TEST_RUN';

/** Starts the program as a user would. What is left of it when the test ends is killed. */
export function startRun(setting: RunSetting): Run {
  const { folder, parameters, environment = {}, program, limits } = setting;
  const name = randomUUID();
  const started = performance.now();
  const words = [process.execPath, program ?? programFile, ...parameters];
  const shell = limits ? ['bash', '-c', `ulimit ${limits} && exec "$0" "$@"`] : [];
  const [file = '', ...rest] = [...shell, ...words];
  const child = spawn(file, rest, {
    cwd: folder,
    env: { ...process.env, ...environment, [runVariable]: name },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const listener of listeners) listener();
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    tell();
  });
  let end: RunEnd | undefined;
  const ended = new Promise<RunEnd>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      const seconds = (performance.now() - started) / 1000;
      end = { end: code ?? signal ?? 0, stdout, stderr, seconds };
      resolve(end);
      tell();
    });
  });
  const processes = () => findProcesses(name);
  const signalAll = (signal: NodeJS.Signals) => {
    for (const pid of processes()) send(pid, signal);
  };
  onTestFinished(() => signalAll('SIGKILL'));
  return {
    pid: child.pid ?? 0,
    ended,
    printed: (text) =>
      new Promise((resolve, reject) => {
        const listener = () => {
          const isThere = typeof text === 'string' ? stderr.includes(text) : text.test(stderr);
          if (!isThere && !end) return;
          listeners.delete(listener);
          if (isThere) resolve();
          else reject(new Error(`The run ended without "${text}":\n${stderr}`));
        };
        listeners.add(listener);
        listener();
      }),
    signal: (signal) => void child.kill(signal),
    signalAll,
    processes,
    trialProcesses: () => processes().filter((pid) => pid !== child.pid),
  };
}

/** Runs the program to its end. */
export function run(setting: RunSetting): Promise<RunEnd> {
  return startRun(setting).ended;
}

/** Looks at every process' environment: children keep it when their parent dies. */
function findProcesses(name: string): number[] {
  const pids = readdirSync('/proc').map(Number).filter(Boolean);
  return pids.filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`${runVariable}=${name}`);
    } catch {
      return false;
    }
  });
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has just ended.
  }
}
