import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseRecord, readMetadata, withWheel } from '../../../src/engine/install/wheel.js';
import { extractWheel } from '../../../src/engine/install/wheel-extract.js';
import { silentProgress } from '../../../src/progress.js';
import { exitCodes } from '../../../src/user-error.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { makeWheel } from './fake-wheel.js';
import { mountSmallDisk } from './small-disk.js';

const hint = 'It is fetched again when you run "prep-lab setup" once more.';

async function extract(wheelBytes: Uint8Array, folder: string): Promise<string> {
  const path = join(folder, 'fake.whl');
  await writeFile(path, wheelBytes);
  const wants = (member: string) => !member.includes('unwanted') && !member.endsWith('RECORD');
  const to = join(folder, 'out');
  await withWheel(path, (wheel) => extractWheel(wheel, { to, wants, progress: silentProgress }));
  return path;
}

test('reads hashes from RECORD, quoted paths too, and skips lines without one', () => {
  const text = 'a/b.so,sha256=AB-_c,12\n"a,""b"".so",sha256=de,3\r\nfake.dist-info/RECORD,,\n';
  expect([...parseRecord(text)]).toEqual([
    ['a/b.so', 'AB-_c'],
    ['a,"b".so', 'de'],
  ]);
});

test('writes the wanted members and keeps programs executable', async () => {
  const folder = await temporaryFolder();
  await extract(makeWheel({ 'bin/ptxas': 'program', 'unwanted.py': '' }), folder);
  expect(await readFile(join(folder, 'out/bin/ptxas'), 'utf8')).toBe('program');
  expect((await stat(join(folder, 'out/bin/ptxas'))).mode & 0o777).toBe(0o755);
  await expect(stat(join(folder, 'out/unwanted.py'))).rejects.toThrow('ENOENT');
});

test('reads METADATA', async () => {
  const folder = await temporaryFolder();
  const path = await extract(makeWheel({ 'fake-1.0.dist-info/METADATA': 'Name: fake\n' }), folder);
  expect(await withWheel(path, readMetadata)).toBe('Name: fake\n');
});

test('refuses a member whose hash is not the one in RECORD', async () => {
  const folder = await temporaryFolder();
  await expect(
    extract(makeWheel({ 'a.so': 'bytes' }, { altered: ['a.so'] }), folder),
  ).rejects.toMatchObject({
    message: `"${join(folder, 'fake.whl')}" is damaged: "a.so" must have SHA-256 dGxf3Nx-HbQCCgUa-xq_u1_3835yHuL8Rd8V_wMS0qA, received J3CJ2RwL308uaGK6fkoHYFEZQx9dE_cm3TUrBvGyBqk.`,
    hint,
    exitCode: exitCodes.engine,
  });
});

test('refuses a member that is not in RECORD', async () => {
  const folder = await temporaryFolder();
  const bytes = makeWheel({ 'a.so': 'bytes' }, { unlisted: ['a.so'] });
  await expect(extract(bytes, folder)).rejects.toThrow(
    `"${join(folder, 'fake.whl')}" is damaged: its RECORD has no SHA-256 of "a.so".`,
  );
});

test('refuses a file that is cut short', async () => {
  const folder = await temporaryFolder();
  const bytes = makeWheel({ 'a.so': 'bytes' });
  await expect(extract(bytes.subarray(0, bytes.length - 30), folder)).rejects.toMatchObject({
    message: expect.stringMatching(/fake\.whl" is damaged: /),
    hint,
  });
});

test('says that the disk is full while it unpacks', async ({ skip }) => {
  const folder = await temporaryFolder();
  const disk = await mountSmallDisk(join(folder, 'out'));
  if (!disk) return skip('only root can mount a disk of its own');
  const bytes = makeWheel({ 'large.so': new Uint8Array(3_000_000) });
  await expect(extract(bytes, folder)).rejects.toMatchObject({
    message: `"${join(disk, 'large.so')}" cannot be written: the disk is full (ENOSPC).`,
    exitCode: exitCodes.storage,
  });
});
