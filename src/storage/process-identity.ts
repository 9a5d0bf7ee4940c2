import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** A process, so that another one can find out later whether it still lives. Fields that a system lacks are empty. */
export interface ProcessIdentity {
  readonly host: string;
  /** Hash of the system's machine id: two machines may share a host name. */
  readonly machine: string;
  /** Changes with each start of the machine. */
  readonly bootId: string;
  /** Containers of one machine share host and boot, but number their processes each for itself. */
  readonly pidSpace: string;
  readonly pid: number;
  /** When the process started, in the kernel's ticks: a number that is used again has another one. */
  readonly processStart: string;
}

let ownStart: string | undefined;

/** Returns the identity of this process. */
export function identifyProcess(): ProcessIdentity {
  ownStart ??= readProcess(process.pid)?.start ?? '';
  return { ...place(), pid: process.pid, processStart: ownStart };
}

/**
 * Returns whether a process lives. `unknown`: it ran on another machine or in another container, or the system does
 * not say enough.
 */
export function judgeProcess(other: ProcessIdentity): 'alive' | 'dead' | 'unknown' {
  const here = place();
  if (other.host !== here.host || other.machine !== here.machine) return 'unknown';
  if (other.bootId !== here.bootId) {
    const isComparable = here.machine !== '' && here.bootId !== '' && other.bootId !== '';
    return isComparable ? 'dead' : 'unknown';
  }
  if (other.pidSpace !== here.pidSpace) return 'unknown';
  if (!hasProcess(other.pid)) return 'dead';
  const found = readProcess(other.pid);
  if (found === undefined || other.processStart === '') return 'unknown';
  return found.isEnded || found.start !== other.processStart ? 'dead' : 'alive';
}

type Place = Omit<ProcessIdentity, 'pid' | 'processStart'>;

let knownPlace: Place | undefined;

function place(): Place {
  knownPlace ??= {
    host: hostname(),
    // The id itself is confidential: machine-id(5).
    machine: hash(readText('/etc/machine-id')),
    bootId: readText('/proc/sys/kernel/random/boot_id'),
    pidSpace: readLink('/proc/self/ns/pid'),
  };
  return knownPlace;
}

function hash(text: string): string {
  if (text === '') return '';
  return createHash('sha256').update(`prep-lab ${text}`).digest('hex').slice(0, 16);
}

function hasProcess(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/**
 * Source: proc_pid_stat(5): the name stands in parentheses and may hold any character; the state is the first field
 * after it and the start time the 20th. Z and X are processes that ended and that nobody has asked about yet.
 */
function readProcess(
  pid: number,
): { readonly start: string; readonly isEnded: boolean } | undefined {
  const stat = readText(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const start = fields[19];
  return start === undefined ? undefined : { start, isEnded: /^[ZX]/.test(fields[0] ?? '') };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}

function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
