import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { silentProgress } from '../../src/progress.js';
import { type DownloadOptions, downloadFile } from '../../src/storage/download.js';
import { temporaryFolder } from '../temporary-folder.js';
import { sendAndBreak, sendRest, startFileServer, writeHead } from './file-server.js';

const file = randomBytes(300_000);
const sha256 = createHash('sha256').update(file).digest('hex');

async function options(url: string): Promise<DownloadOptions> {
  const to = join(await temporaryFolder(), 'folder', 'file');
  return { url, to, sha256, label: 'file', progress: silentProgress, backoffSeconds: 0.01 };
}

async function filesBeside(to: string): Promise<string[]> {
  return (await readdir(join(to, '..'))).sort();
}

test('fetches a file into a folder that is not there yet', async () => {
  const server = await startFileServer((response) => sendRest(response, file, 0));
  const download = await options(server.url);
  await downloadFile(download);
  expect(file.equals(await readFile(download.to))).toBe(true);
  expect(await filesBeside(download.to)).toEqual(['file']);
});

test('asks for nothing if the right file is there', async () => {
  const server = await startFileServer((response) => sendRest(response, file, 0));
  const download = await options(server.url);
  await downloadFile(download);
  await downloadFile(download);
  expect(server.ranges).toEqual(['']);
});

test('continues where a connection broke', async () => {
  const server = await startFileServer((response, { start, attempt }) => {
    if (attempt === 3) sendRest(response, file, start);
    else sendAndBreak(response, file, { start, end: attempt * 100_000 });
  });
  const download = await options(server.url);
  await downloadFile(download);
  expect(file.equals(await readFile(download.to))).toBe(true);
  expect(server.ranges).toEqual(['', 'bytes=100000-', 'bytes=200000-']);
});

test('continues what an interrupted process left', async () => {
  const server = await startFileServer((response, { start }) => sendRest(response, file, start));
  const download = await options(server.url);
  await downloadFile({ ...download, to: `${download.to}-other` });
  await writeFile(`${download.to}.partial`, file.subarray(0, 123_456));
  await downloadFile(download);
  expect(file.equals(await readFile(download.to))).toBe(true);
  expect(server.ranges[1]).toBe('bytes=123456-');
});

test('needs no request for a partial file that has all bytes', async () => {
  const server = await startFileServer((response) => sendRest(response, file, 0));
  const download = await options(server.url);
  await downloadFile({ ...download, to: `${download.to}-other` });
  await writeFile(`${download.to}.partial`, file);
  await downloadFile({ ...download, bytes: file.byteLength });
  expect(file.equals(await readFile(download.to))).toBe(true);
  expect(server.ranges).toHaveLength(1);
});

test('starts again if what was left is of another file', async () => {
  const server = await startFileServer((response, { start }) => sendRest(response, file, start));
  const download = await options(server.url);
  await downloadFile({ ...download, to: `${download.to}-other` });
  await writeFile(`${download.to}.partial`, randomBytes(1000));
  await downloadFile(download);
  expect(file.equals(await readFile(download.to))).toBe(true);
});

test('starts again if what was left is longer than the file', async () => {
  const server = await startFileServer((response, { start }) => {
    if (start > file.byteLength) response.writeHead(416).end();
    else sendRest(response, file, start);
  });
  const download = await options(server.url);
  await downloadFile({ ...download, to: `${download.to}-other` });
  await writeFile(`${download.to}.partial`, randomBytes(400_000));
  await downloadFile(download);
  expect(file.equals(await readFile(download.to))).toBe(true);
});

test('starts again where the server cannot continue', async () => {
  const server = await startFileServer((response, { attempt }) => {
    if (attempt === 1) sendAndBreak(response, file, { start: 0, end: 100_000 });
    else sendRest(response, file, 0);
  });
  const download = await options(server.url);
  await downloadFile(download);
  expect(file.equals(await readFile(download.to))).toBe(true);
  expect(server.ranges).toEqual(['', 'bytes=100000-']);
});

test('continues after a connection that fell silent', async () => {
  const server = await startFileServer((response, { start, attempt }) => {
    if (attempt > 1) return sendRest(response, file, start);
    writeHead(response, file, 0);
    response.write(file.subarray(0, 100_000));
  });
  const download = await options(server.url);
  await downloadFile({ ...download, stallSeconds: 0.3 });
  expect(file.equals(await readFile(download.to))).toBe(true);
});

test('does not take a slow connection for a silent one', async () => {
  const server = await startFileServer(async (response) => {
    writeHead(response, file, 0);
    for (let at = 0; at < file.byteLength; at += 60_000) {
      response.write(file.subarray(at, at + 60_000));
      await sleep(150);
    }
    response.end();
  });
  const download = await options(server.url);
  await downloadFile({ ...download, stallSeconds: 0.4 });
  expect(server.ranges).toEqual(['']);
});

test('waits for a server that starts slowly', async () => {
  const server = await startFileServer((response) => {
    setTimeout(() => sendRest(response, file, 0), 700);
  });
  const download = await options(server.url);
  await downloadFile(download);
  expect(file.equals(await readFile(download.to))).toBe(true);
});

test('asks again when the server is busy', async () => {
  const server = await startFileServer((response, { attempt }) => {
    if (attempt < 4) response.writeHead(503).end();
    else sendRest(response, file, 0);
  });
  const download = await options(server.url);
  await downloadFile(download);
  expect(server.ranges).toHaveLength(4);
});

test('reports the bytes', async () => {
  const server = await startFileServer((response) => sendRest(response, file, 0));
  const seen: (number | undefined)[][] = [];
  const download = await options(server.url);
  const progress = {
    start: () => ({
      update: (done: number, total?: number) => void seen.push([done, total]),
      stop: () => void seen.push([-1]),
    }),
    note() {},
  };
  await downloadFile({ ...download, progress });
  expect(seen.at(0)).toEqual([0, 300_000]);
  expect(seen.at(-2)).toEqual([300_000, 300_000]);
  expect(seen.at(-1)).toEqual([-1]);
});
