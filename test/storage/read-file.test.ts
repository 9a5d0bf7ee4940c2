import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readFileWithStatus } from '../../src/storage/read-file.js';
import { temporaryFolder } from '../temporary-folder.js';

test.each([0, 1000, 64 * 1024, 64 * 1024 + 1, 3_000_000])('reads %i bytes', async (size) => {
  const path = join(await temporaryFolder(), 'file');
  const written = Buffer.from(Array.from({ length: size }, (_, index) => index % 251));
  await writeFile(path, written);
  const { status, bytes } = await readFileWithStatus(path);
  expect(Number(status.size)).toBe(size);
  expect(bytes.equals(written)).toBe(true);
});

test('what the judge throws ends it before anything is read', async () => {
  const path = await temporaryFolder();
  await expect(
    readFileWithStatus(path, (status) => {
      if (!status.isFile()) throw new Error('no file');
    }),
  ).rejects.toThrow('no file');
});

test('a file that is not there is told by the system', async () => {
  const path = join(await temporaryFolder(), 'none');
  await expect(readFileWithStatus(path)).rejects.toMatchObject({ code: 'ENOENT' });
});
