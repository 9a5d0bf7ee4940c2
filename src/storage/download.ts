import { rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Progress } from '../progress.js';
import { type ExitCode, exitCodes, UserError } from '../user-error.js';
import { hashFile } from './hash-file.js';
import { makeFolder } from './make-folder.js';
import { asStorageError } from './storage-error.js';
import { placeFile } from './sync.js';
import { receiveRest, TransferError } from './transfer.js';

export interface DownloadOptions {
  readonly url: string;
  /** The finished file. Beside it lies `${to}.partial` until all is there. */
  readonly to: string;
  /** Without it, an earlier call's partial file is not continued: it could be another version's. */
  readonly sha256?: string;
  readonly bytes?: number;
  /** Names the bar. */
  readonly label: string;
  readonly progress: Progress;
  /** Of failures of the network, the server or the hash; `data` if not given. Failures of the disk are `storage`. */
  readonly exitCode?: ExitCode;
  /** Seconds without a byte after which a connection counts as broken; 30 if not given. */
  readonly stallSeconds?: number;
  /** The first pause before asking again; doubled each time, four times at most. 0.5 if not given. */
  readonly backoffSeconds?: number;
}

/**
 * Fetches a file over HTTP and puts it in its place only when it is complete and right. Continues an interrupted
 * download, asks again when a connection breaks, and returns at once if the right file is there already. A host that
 * never answered is not asked twice, so that a caller can go to another source. Callers that may run twice at once
 * hold a lock: see folder-lock.ts.
 * @throws UserError
 */
export async function downloadFile(options: DownloadOptions): Promise<void> {
  try {
    await makeFolder(dirname(options.to));
    if (options.sha256 && (await isFile(options.to, options.sha256))) return;
    await downloadPartial(options);
    await placeFile(`${options.to}.partial`, options.to);
  } catch (error) {
    throw await explain(error, options);
  }
}

async function downloadPartial(options: DownloadOptions): Promise<void> {
  const partial = `${options.to}.partial`;
  if (!options.sha256) await rm(partial, { force: true });
  const resumed = (await sizeOf(partial)) > 0;
  try {
    await receive(options);
    await check(options);
  } catch (error) {
    if (!(error instanceof WrongFile)) throw error;
    await rm(partial, { force: true });
    if (!resumed) throw error;
    options.progress.note(`${options.label}: what was there did not fit, starting again.`);
    await downloadPartial(options);
  }
}

const attemptLimit = 5;

async function receive(options: DownloadOptions): Promise<void> {
  const { bytes, progress, label } = options;
  const partial = `${options.to}.partial`;
  if (bytes !== undefined && (await sizeOf(partial)) >= bytes) return;
  const task = progress.start(label, { unit: 'bytes', ...(bytes && { total: bytes }) });
  const attempt = () =>
    receiveRest({
      url: options.url,
      partial,
      stallSeconds: options.stallSeconds ?? 30,
      onReceived: (done, total) => task.update(done, bytes ?? total),
    });
  try {
    await repeat(attempt, partial, options.backoffSeconds ?? 0.5);
  } finally {
    task.stop();
  }
}

/** Repeats until it works; gives up when several attempts in a row did not bring the file further than ever before. */
async function repeat(attempt: () => Promise<void>, partial: string, pause: number): Promise<void> {
  let farthest = await sizeOf(partial);
  let answered = false;
  let failures = 0;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof TransferError) || error.failure === 'refused') throw error;
      answered ||= error.failure === 'broken';
      const size = await sizeOf(partial);
      failures = size > farthest ? 1 : failures + 1;
      farthest = Math.max(farthest, size);
      if (!answered || failures >= attemptLimit) throw error;
      await sleep(pause * 1000 * 2 ** (failures - 1));
    }
  }
}

/** What arrived is not the file that was asked for. */
class WrongFile extends Error {}

async function check({ url, to, bytes, sha256 }: DownloadOptions): Promise<void> {
  const size = await sizeOf(`${to}.partial`);
  if (bytes !== undefined && size !== bytes) {
    throw new WrongFile(`${url} must have ${bytes} bytes, received ${size}.`);
  }
  if (!sha256) return;
  const hash = await hashFile(`${to}.partial`);
  if (hash !== sha256) throw new WrongFile(`${url} must have SHA-256 ${sha256}, received ${hash}.`);
}

async function explain(error: unknown, options: DownloadOptions): Promise<unknown> {
  const exitCode = options.exitCode ?? exitCodes.data;
  if (error instanceof WrongFile) {
    const hint =
      'Something between here and the server alters files; try again, or on another network.';
    return new UserError(error.message, { hint, cause: error, exitCode });
  }
  if (error instanceof TransferError) {
    if ((await sizeOf(`${options.to}.partial`)) === 0) await removePartial(options);
    const hint =
      'Check the network and the proxy, and run the command again: it continues where it stopped.';
    return new UserError(error.message, { hint, cause: error, exitCode });
  }
  const explained = asStorageError(error, options.to);
  // A disk must not stay full because of a file that is of no use yet.
  if (explained instanceof UserError) await removePartial(options);
  return explained;
}

async function removePartial({ to }: DownloadOptions): Promise<void> {
  await rm(`${to}.partial`, { force: true }).catch(() => {});
}

async function isFile(path: string, sha256: string): Promise<boolean> {
  return (await sizeOf(path)) > 0 && (await hashFile(path)) === sha256;
}

/** Returns 0 for a file that is not there. */
async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  return found?.size ?? 0;
}
