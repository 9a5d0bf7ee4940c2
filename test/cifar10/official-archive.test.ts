import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { create } from 'tar';
import { expect, test } from 'vitest';
import { cifar10Files } from '../../src/cifar10/files.js';
import { fetchArchive } from '../../src/cifar10/official-archive.js';
import { silentProgress } from '../../src/progress.js';
import { sendRest, startFileServer } from '../storage/file-server.js';
import { temporaryFolder } from '../temporary-folder.js';

/** Packs files as the official archive has them: in a folder, with others beside them. */
async function packArchive(folder: string): Promise<Buffer> {
  const inside = join(folder, 'cifar-10-batches-bin');
  await mkdir(inside);
  const names = [...cifar10Files.map(({ name }) => name), 'batches.meta.txt', 'readme.html'];
  for (const name of names) await writeFile(join(inside, name), `content of ${name}`);
  const file = join(folder, 'archive.tar.gz');
  await create({ gzip: true, cwd: folder, file }, ['cifar-10-batches-bin']);
  return await readFile(file);
}

test('unpacks the six files of an archive, and nothing else', async () => {
  const archive = await packArchive(await temporaryFolder());
  const sha256 = createHash('sha256').update(archive).digest('hex');
  const { url } = await startFileServer((response, { start }) =>
    sendRest(response, archive, start),
  );
  const folder = await temporaryFolder();
  await fetchArchive({ url, sha256 }, folder, silentProgress);
  expect((await readdir(folder)).sort()).toEqual(cifar10Files.map(({ name }) => name));
  expect(await readFile(join(folder, 'test_batch.bin'), 'utf8')).toBe('content of test_batch.bin');
});
