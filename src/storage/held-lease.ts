import { type FileHandle, stat, unlink } from 'node:fs/promises';
import { exitCodes, UserError } from '../user-error.js';
import { type LeaseContent, leasePath, listGenerations, listLeases } from './lease-file.js';
import { asWriteError } from './storage-error.js';

/** The right to write to a folder, until it is released or taken over. */
export interface Lease {
  readonly held: false;
  /** For a child process: see {@link requireLease}. */
  readonly token: string;
  /** @throws UserError (resultsInUse) if another process has taken the folder over. */
  requireCurrent(): Promise<void>;
  /** Gives the folder back; does nothing to the lease of another process. */
  release(): Promise<void>;
}

export interface HeldLeaseOptions {
  readonly folder: string;
  readonly generation: number;
  readonly content: LeaseContent;
  /** Of the lease's file. Signs of life go through it: its name may come to belong to another process. */
  readonly handle: FileHandle;
}

/** A lease of this process. It gives a sign of life four times a lease time, while the event loop turns. */
export class HeldLease implements Lease {
  readonly held = false;
  readonly #options: HeldLeaseOptions;
  readonly #timer: NodeJS.Timeout;
  #released: Promise<void> | undefined;
  #touching = Promise.resolve();

  constructor(options: HeldLeaseOptions) {
    this.#options = options;
    const interval = (options.content.leaseSeconds * 1000) / 4;
    this.#timer = setInterval(() => this.#touch(), interval).unref();
  }

  get token(): string {
    return this.#options.content.token;
  }

  requireCurrent(): Promise<void> {
    return requireLease(this.#options.folder, this.token);
  }

  release(): Promise<void> {
    this.#released ??= this.#release();
    return this.#released;
  }

  /** A sign that fails is made up for by the next one; a lease that is lost shows when it is required. */
  #touch(): void {
    const now = new Date();
    this.#touching = this.#options.handle.utimes(now, now).catch(() => {});
  }

  async #release(): Promise<void> {
    clearInterval(this.#timer);
    await this.#touching;
    const { folder, generation, handle } = this.#options;
    try {
      if (await this.#isInPlace()) await removeUpTo(folder, generation);
    } catch (error) {
      throw asWriteError(error, folder);
    } finally {
      await handle.close();
    }
  }

  /** Whether the file of this name is still ours: while it is there, no process can begin a lower generation. */
  async #isInPlace(): Promise<boolean> {
    const { folder, generation, handle } = this.#options;
    const own = await handle.stat({ bigint: true });
    const named = await stat(leasePath(folder, generation), { bigint: true }).catch(
      () => undefined,
    );
    return named?.ino === own.ino && named.dev === own.dev;
  }
}

/** The own one last: a lower one that stays alone would make a holder that was overtaken current again. */
async function removeUpTo(folder: string, generation: number): Promise<void> {
  const generations = await listGenerations(folder);
  const superseded = generations.filter((each) => each <= generation).sort((a, b) => a - b);
  for (const each of superseded) {
    await unlink(leasePath(folder, each)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
  }
}

/**
 * Makes sure that the lease with this token still holds a folder; for the child process of its owner.
 * @throws UserError (resultsInUse) naming the process that has taken the folder over.
 */
export async function requireLease(folder: string, token: string): Promise<void> {
  const [highest] = await listLeases(folder).catch((error: unknown) => {
    throw asWriteError(error, folder);
  });
  if (highest?.content?.token === token) return;
  const { host, pid } = highest?.content ?? {};
  const holder = host === undefined ? '' : ` (host ${host}, process ${pid})`;
  const message = highest
    ? `"${folder}" was taken over by another prep-lab${holder}.`
    : `"${folder}" was given back or taken over: its lease is gone.`;
  throw new UserError(message, {
    hint: 'Run the command again: it waits for the other one and goes on with what is missing.',
    exitCode: exitCodes.resultsInUse,
  });
}
