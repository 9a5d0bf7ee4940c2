import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** A fault in the Nth change of the file system below a folder; test/faults/preload/fail-call.mjs makes it happen. */
export interface Fault {
  /** Where calls are counted and the fault happens; in each process by itself. */
  readonly process: 'parent' | 'child' | 'any';
  /** Signals to the process (`kill-all`: to its parent too) or to its parent before the call, or an error's code. */
  readonly action: 'kill' | 'kill-all' | 'stop' | `parent-SIG${string}` | `E${string}`;
  /** Counted from 1; without it calls are only counted. */
  readonly call?: number;
  /** Counts only these, such as `sync`, `rename`, `open`, `writeFile`. */
  readonly names?: readonly string[];
  /** Whether all calls after it fail too. */
  readonly persists?: boolean;
}

export interface FaultPlace {
  /** Only calls below it count. */
  readonly folder: string;
  /** A file that gets a line for each counted call. */
  readonly log: string;
}

/** Returns the environment that makes a fault happen in a run. */
export function faultEnvironment(
  fault: Fault,
  { folder, log }: FaultPlace,
): Readonly<Record<string, string>> {
  const { call, names, persists } = fault;
  return {
    NODE_OPTIONS: preloadOption('fail-call.mjs'),
    FAULT_FOLDER: folder,
    FAULT_LOG: log,
    FAULT_PROCESS: fault.process,
    FAULT_ACTION: fault.action,
    ...(call !== undefined && { FAULT_CALL: String(call) }),
    ...(names && { FAULT_NAMES: names.join(',') }),
    ...(persists && { FAULT_PERSISTS: '1' }),
  };
}

/** Returns what `NODE_OPTIONS` must be for a module of test/faults/preload to be loaded first, in the children too. */
export function preloadOption(name: string): string {
  return `--import=${new URL(`preload/${name}`, import.meta.url).href}`;
}

/** A change of the file system that was counted. */
export interface Call {
  readonly process: 'parent' | 'child';
  readonly number: number;
  readonly name: string;
  readonly path: string;
  readonly isFault: boolean;
}

/** Returns the calls that a log tells of; none where there is no log. */
export async function readCalls(log: string): Promise<Call[]> {
  const text = await readFile(log, 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [process = '', number, name = '', path = '', fault] = line.split('\t');
      return {
        process: process as Call['process'],
        number: Number(number),
        name,
        path,
        isFault: fault === 'fault',
      };
    });
}

/** The plug-in with the model "quarters" and the stage "fault". */
export const faultPlugin = fileURLToPath(new URL('plugin/faults.mjs', import.meta.url));
