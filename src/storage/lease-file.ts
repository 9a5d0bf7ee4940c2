import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { ProcessIdentity } from './process-identity.js';

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
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const generations = names.flatMap((name) => Number(fileName.exec(name)?.[1] ?? []));
  const files = await Promise.all(generations.map((generation) => readLease(folder, generation)));
  return files.filter((file) => file !== undefined).sort((a, b) => b.generation - a.generation);
}

/** Opens the file, because network disks tell the present times only of files that are opened. */
async function readLease(folder: string, generation: number): Promise<LeaseFile | undefined> {
  const handle = await open(leasePath(folder, generation)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!handle) return undefined;
  try {
    const { ino, mtimeNs } = await handle.stat({ bigint: true });
    const content = parseContent(await handle.readFile('utf8'));
    const sign = `${ino} ${mtimeNs} ${content?.token ?? ''}`;
    return { generation, sign, ...(content && { content }) };
  } finally {
    await handle.close();
  }
}

function parseContent(text: string): LeaseContent | undefined {
  try {
    return contentSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
