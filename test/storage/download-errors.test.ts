import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { silentProgress } from '../../src/progress.js';
import { type DownloadOptions, downloadFile } from '../../src/storage/download.js';
import { exitCodes } from '../../src/user-error.js';
import { temporaryFolder } from '../temporary-folder.js';
import { sendAndBreak, sendRest, startFileServer } from './file-server.js';

const file = randomBytes(300_000);
const sha256 = createHash('sha256').update(file).digest('hex');

async function options(url: string): Promise<DownloadOptions> {
  const to = join(await temporaryFolder(), 'file');
  return { url, to, sha256, label: 'file', progress: silentProgress, backoffSeconds: 0.01 };
}

test('gives up on a server that always breaks at the same place, and keeps what it has', async () => {
  const server = await startFileServer((response, { start }) =>
    sendAndBreak(response, file, { start, end: 100_000 }),
  );
  const download = await options(server.url);
  await expect(downloadFile(download)).rejects.toMatchObject({
    message: expect.stringMatching(`^The connection to ${server.url} broke \\(.+\\)\\.$`),
    hint: 'Check the network and the proxy, and run the command again: it continues where it stopped.',
    exitCode: exitCodes.data,
  });
  expect(server.ranges).toHaveLength(5);
  expect((await stat(`${download.to}.partial`)).size).toBe(100_000);
});

test('refuses another file and leaves nothing', async () => {
  const wrong = file.toReversed();
  const received = createHash('sha256').update(wrong).digest('hex');
  const server = await startFileServer((response) => sendRest(response, wrong, 0));
  const download = await options(server.url);
  await expect(downloadFile(download)).rejects.toMatchObject({
    message: `${server.url} must have SHA-256 ${sha256}, received ${received}.`,
    exitCode: exitCodes.data,
  });
  expect(await readdir(join(download.to, '..'))).toEqual([]);
});

test('refuses another size', async () => {
  const server = await startFileServer((response) => sendRest(response, file, 0));
  await expect(
    downloadFile({ ...(await options(server.url)), bytes: 299_999 }),
  ).rejects.toMatchObject({ message: `${server.url} must have 299999 bytes, received 300000.` });
});

test('does not ask twice for what is not there', async () => {
  const server = await startFileServer((response) => response.writeHead(404).end());
  await expect(
    downloadFile({ ...(await options(server.url)), exitCode: exitCodes.engine }),
  ).rejects.toMatchObject({
    message: `${server.url} answered 404 Not Found.`,
    exitCode: exitCodes.engine,
  });
  expect(server.ranges).toHaveLength(1);
});

test('gives up at once on a host that cannot be reached', async () => {
  const url = await closedAddress();
  const download = await options(url);
  const started = performance.now();
  await expect(downloadFile({ ...download, backoffSeconds: 60 })).rejects.toMatchObject({
    message: `${url} cannot be reached (ECONNREFUSED).`,
  });
  expect(performance.now() - started).toBeLessThan(5000);
  expect(await readdir(join(download.to, '..'))).toEqual([]);
});

test('gives up at once on a server that never answers', async () => {
  const server = await startFileServer(() => {});
  await expect(
    downloadFile({ ...(await options(server.url)), stallSeconds: 0.3, backoffSeconds: 60 }),
  ).rejects.toMatchObject({
    message: `${server.url} cannot be reached (nothing came for 0.3 s).`,
  });
  expect(server.ranges).toHaveLength(1);
});

test('keeps the file that was there when a new one is refused', async () => {
  const server = await startFileServer((response) => sendRest(response, file.toReversed(), 0));
  const download = await options(server.url);
  await writeFile(download.to, 'before');
  await expect(downloadFile(download)).rejects.toThrow('must have SHA-256');
  expect(await readFile(download.to, 'utf8')).toBe('before');
});

test('names the path that cannot be written', async () => {
  const blocked = join(await temporaryFolder(), 'blocked');
  await writeFile(blocked, 'a file where a folder should be');
  const download = { ...(await options(await closedAddress())), to: join(blocked, 'in', 'file') };
  await expect(downloadFile(download)).rejects.toMatchObject({
    message: `"${join(blocked, 'in')}" cannot be written: a part of the path is not a folder (ENOTDIR).`,
    hint: 'Use another folder.',
    exitCode: exitCodes.storage,
  });
});

test('says that the disk is full and gives it its space back', async ({ skip }) => {
  const disk = join(await temporaryFolder(), 'disk');
  await mkdir(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=128k', 'tmpfs', disk], { stdio: 'ignore' });
  } catch {
    skip('mounting a small disk is not allowed here');
  }
  onTestFinished(() => void execFileSync('umount', [disk]));
  const server = await startFileServer((response) => sendRest(response, file, 0));
  const download = { ...(await options(server.url)), to: join(disk, 'file') };
  await expect(downloadFile(download)).rejects.toMatchObject({
    message: `"${join(disk, 'file')}" cannot be written: the disk is full (ENOSPC).`,
    hint: 'Free some space and run the command again.',
    exitCode: exitCodes.storage,
  });
  expect(await readdir(disk)).toEqual([]);
});

/** An address at which nobody listens. */
async function closedAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}/file`;
}
