import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** What one HTTP request is for: the rest of a file of which `partial` holds the beginning. */
export interface Transfer {
  readonly url: string;
  readonly partial: string;
  /** Seconds without a byte after which the connection counts as broken. */
  readonly stallSeconds: number;
  onReceived(done: number, total?: number): void;
}

/** `unreachable`: no answer; `refused`: an answer that will stay the same (404); `broken`: worth another request. */
export type TransferFailure = 'unreachable' | 'refused' | 'broken';

/** A request that failed. */
export class TransferError extends Error {
  readonly failure: TransferFailure;

  constructor(failure: TransferFailure, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'TransferError';
    this.failure = failure;
  }
}

/**
 * Asks for what the partial file lacks and appends it; starts from nothing where the server cannot resume.
 * @throws TransferError for the network's and the server's failures; what arrived stays in the partial file.
 * @throws Error with a `code` (ENOSPC ...) if the file cannot be written.
 */
export async function receiveRest(transfer: Transfer): Promise<void> {
  const file = await open(transfer.partial, constants.O_RDWR | constants.O_CREAT);
  try {
    await receiveInto(file, transfer);
  } finally {
    await file.close();
  }
}

async function receiveInto(file: FileHandle, transfer: Transfer): Promise<void> {
  const have = (await file.stat()).size;
  const stall = watchForStall(transfer.stallSeconds);
  try {
    const response = await request(transfer.url, have, stall.signal);
    const start = startOf(response, have);
    if (start === undefined) return await restart(file, transfer.url);
    await file.truncate(start);
    const length = response.headers.get('content-length');
    const total = length === null ? undefined : start + Number(length);
    await append(file, { response, start, total, stall, transfer });
  } finally {
    stall.stop();
  }
}

interface Body {
  readonly response: Response;
  readonly start: number;
  readonly total: number | undefined;
  readonly stall: Stall;
  readonly transfer: Transfer;
}

/** fetch itself rejects when fewer bytes come than the server announced. */
async function append(file: FileHandle, body: Body): Promise<void> {
  let done = body.start;
  body.transfer.onReceived(done, body.total);
  const reader = body.response.body?.getReader();
  while (reader) {
    const piece = await reader.read().catch((error: unknown) => {
      throw broken(body.transfer.url, reasonOf(error), error);
    });
    if (piece.done) break;
    body.stall.reset();
    await writeAll(file, piece.value, done).catch(async (error: unknown) => {
      await reader.cancel().catch(() => {});
      throw error;
    });
    done += piece.value.byteLength;
    body.transfer.onReceived(done, body.total);
  }
}

/** A nearly full disk takes part of a write and reports nothing: only the next write fails. */
async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.byteLength) {
    const left = bytes.byteLength - written;
    written += (await file.write(bytes, written, left, position + written)).bytesWritten;
  }
}

async function request(url: string, have: number, signal: AbortSignal): Promise<Response> {
  // "identity": with a content encoding, lengths and ranges would not be those of the file.
  const headers: Record<string, string> = { 'accept-encoding': 'identity' };
  if (have > 0) headers.range = `bytes=${have}-`;
  try {
    return await fetch(url, { headers, signal });
  } catch (error) {
    if (talkBroke.has(codeOf(error) ?? '')) throw broken(url, reasonOf(error), error);
    throw new TransferError('unreachable', `${url} cannot be reached (${reasonOf(error)}).`, error);
  }
}

/** Failures of a server that was there. */
const talkBroke = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

/** Returns where the response's bytes belong, or nothing if the partial file does not fit the server's file. */
function startOf(response: Response, have: number): number | undefined {
  if (response.status === 200) return 0;
  if (response.status === 206) {
    const first = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1];
    return Number(first) === have ? have : undefined;
  }
  if (response.status === 416) return undefined;
  const { status, statusText, url } = response;
  const passing = status >= 500 || status === 408 || status === 429;
  throw new TransferError(
    passing ? 'broken' : 'refused',
    `${url} answered ${`${status} ${statusText}`.trim()}.`,
  );
}

async function restart(file: FileHandle, url: string): Promise<never> {
  await file.truncate(0);
  throw new TransferError('broken', `${url} does not continue where it stopped.`);
}

function broken(url: string, reason: string, cause?: unknown): TransferError {
  return new TransferError('broken', `The connection to ${url} broke (${reason}).`, cause);
}

interface Stall {
  readonly signal: AbortSignal;
  reset(): void;
  stop(): void;
}

function watchForStall(seconds: number): Stall {
  const controller = new AbortController();
  const abort = () => controller.abort(new Error(`nothing came for ${seconds} s`));
  let timer = setTimeout(abort, seconds * 1000);
  return {
    signal: controller.signal,
    reset() {
      clearTimeout(timer);
      timer = setTimeout(abort, seconds * 1000);
    },
    stop: () => clearTimeout(timer),
  };
}

function codeOf(error: unknown): string | undefined {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error ? (cause as NodeJS.ErrnoException).code : undefined;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? error.cause.message : '';
  return codeOf(error) ?? (cause || error.message);
}
