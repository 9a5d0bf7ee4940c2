import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { ProcessIdentity } from './process-identity.js';
import { readFileWithStatus } from './read-file.js';

/** Long enough for a busy disk or a short sleep, short enough to wait for a machine that went down. */
const defaultSeconds = 60;

/**
 * Returns how long the holder of a lease may be silent: what is asked for, else `PREP_LAB_LEASE_SECONDS`, else 60.
 * Processes with different times go by the longer one.
 */
export function leaseSeconds({ leaseSeconds: asked }: { readonly leaseSeconds?: number }): number {
  const fromEnvironment = Number(process.env.PREP_LAB_LEASE_SECONDS);
  return asked ?? (fromEnvironment > 0 ? fromEnvironment : defaultSeconds);
}

/** What a lease file says of its holder. */
export interface LeaseContent extends ProcessIdentity {
  /** Different for each lease ever taken. */
  readonly token: string;
  /** ISO 8601. */
  readonly since: string;
  /** How long the holder may be silent. */
  readonly leaseSeconds: number;
}

/** One generation of a folder's lease. */
export interface LeaseFile {
  /** Counted from 1; the highest one holds. */
  readonly generation: number;
  /** Left out where the file cannot be read: its writer has not finished, or died before it could. */
  readonly content?: LeaseContent;
  /** Changes whenever the holder gives a sign of life or another one writes the file. */
  readonly sign: string;
}

const contentSchema = z.object({
  token: z.string(),
  since: z.string(),
  leaseSeconds: z.number().positive(),
  host: z.string(),
  machine: z.string(),
  bootId: z.string(),
  pidSpace: z.string(),
  pid: z.int().positive(),
  processStart: z.string(),
});

const fileName = /^lease-([1-9]\d{0,14})$/;

/** Returns the path of a generation's file. */
export function leasePath(folder: string, generation: number): string {
  return join(folder, `lease-${generation}`);
}

/** Returns all generations in a folder, the highest first. A folder that is not there has none. */
export async function listLeases(folder: string): Promise<LeaseFile[]> {
  const generations = await listGenerations(folder);
  const files = await Promise.all(generations.map((generation) => readLease(folder, generation)));
  return files.filter((file) => file !== undefined).sort((a, b) => b.generation - a.generation);
}

/** Returns the generations in a folder, in any order, of leases that may be gone by now. */
export async function listGenerations(folder: string): Promise<number[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names.flatMap((name) => fileName.exec(name)?.slice(1).map(Number) ?? []);
}

/** The file is opened, because network disks tell the present times only of files that are. */
async function readLease(folder: string, generation: number): Promise<LeaseFile | undefined> {
  const path = leasePath(folder, generation);
  const found = await readFileWithStatus(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!found) return undefined;
  const { ino, mtimeNs } = found.status;
  const content = parseContent(found.bytes.toString('utf8'));
  const sign = `${ino} ${mtimeNs} ${content?.token ?? ''}`;
  return { generation, sign, ...(content && { content }) };
}

function parseContent(text: string): LeaseContent | undefined {
  try {
    return contentSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** Watches a lease that another process holds. */
export interface SilenceWatch {
  /** Call often: returns whether the file has not changed for the lease time. */
  isSilent(file: LeaseFile): boolean;
}

/**
 * Times are this process' own and monotonic: clocks that step or differ between machines do not matter. Of the time
 * between two calls at most a quarter of the lease time counts, so that a watcher that was stopped together with the
 * holder (Ctrl+Z) lets the holder wake up first.
 */
export function createSilenceWatch(seconds: number, now = () => performance.now()): SilenceWatch {
  let sign = '';
  let looked = now();
  let silentMilliseconds = 0;
  return {
    isSilent(file) {
      const limit = Math.max(seconds, file.content?.leaseSeconds ?? 0) * 1000;
      const passed = Math.min(now() - looked, limit / 4);
      looked = now();
      silentMilliseconds = file.sign === sign ? silentMilliseconds + passed : 0;
      sign = file.sign;
      return silentMilliseconds >= limit;
    },
  };
}
