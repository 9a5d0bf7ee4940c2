import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface FileServer {
  readonly url: string;
  /** The Range header of each request so far; an empty string where there was none. */
  readonly ranges: string[];
}

/** Answers a request; `attempt` counts from 1. */
export type Answer = (
  response: ServerResponse,
  options: { readonly start: number; readonly attempt: number; readonly request: IncomingMessage },
) => void;

/** Serves on 127.0.0.1 until the test ends. */
export async function startFileServer(answer: Answer): Promise<FileServer> {
  const ranges: string[] = [];
  const server = createServer((request, response) => {
    ranges.push(request.headers.range ?? '');
    const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    answer(response, { start, attempt: ranges.length, request });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/file`, ranges };
}

/** Sends a file from `start` on, as a server that can resume. */
export function sendRest(response: ServerResponse, file: Uint8Array, start: number): void {
  writeHead(response, file, start);
  response.end(file.subarray(start));
}

/** Announces all of the rest, sends it up to `end`, and breaks the connection. */
export function sendAndBreak(
  response: ServerResponse,
  file: Uint8Array,
  { start, end }: { readonly start: number; readonly end: number },
): void {
  writeHead(response, file, start);
  response.write(file.subarray(start, end), () => setTimeout(() => response.destroy(), 50));
}

export function writeHead(response: ServerResponse, file: Uint8Array, start: number): void {
  const length = file.byteLength;
  if (start === 0) response.writeHead(200, { 'content-length': length });
  else {
    const range = `bytes ${start}-${length - 1}/${length}`;
    response.writeHead(206, { 'content-length': length - start, 'content-range': range });
  }
}
