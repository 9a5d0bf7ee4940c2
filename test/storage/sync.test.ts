import {
  chmod,
  chown,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { replaceFile } from '../../src/storage/sync.js';
import { exitCodes } from '../../src/user-error.js';
import { mountSmallDisk } from '../engine/install/small-disk.js';
import { temporaryFolder } from '../temporary-folder.js';
import { builtModule, startModule } from './run-module.js';

async function modeOf(path: string): Promise<string> {
  return ((await stat(path)).mode & 0o7777).toString(8);
}

test('writes texts and bytes, with the mode of any new file, and leaves nothing beside them', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'any'), '');
  await replaceFile(join(folder, 'text'), 'größer\n');
  await replaceFile(join(folder, 'bytes'), new Uint8Array([0, 255, 7]));
  expect(await readFile(join(folder, 'text'), 'utf8')).toBe('größer\n');
  expect([...(await readFile(join(folder, 'bytes')))]).toEqual([0, 255, 7]);
  expect(await modeOf(join(folder, 'text'))).toBe(await modeOf(join(folder, 'any')));
  expect((await readdir(folder)).sort()).toEqual(['any', 'bytes', 'text']);
});

test.each([['600'], ['640'], ['444'], ['666'], ['755']])(
  'a file of mode %s keeps it',
  async (mode) => {
    const file = join(await temporaryFolder(), 'file');
    await writeFile(file, 'old');
    await chmod(file, Number.parseInt(mode, 8));
    await replaceFile(file, 'new');
    expect([await readFile(file, 'utf8'), await modeOf(file)]).toEqual(['new', mode]);
  },
);

test('what root replaces stays the property of its owner', async ({ skip }) => {
  if (process.getuid?.() !== 0) return skip('only root can write files of others');
  const file = join(await temporaryFolder(), 'file');
  await writeFile(file, 'old');
  await chown(file, 4321, 1234);
  await replaceFile(file, 'new');
  expect(await stat(file)).toMatchObject({ uid: 4321, gid: 1234 });
});

test('what may be neither listed nor read by its owner can be replaced all the same', async ({
  skip,
}) => {
  if (process.getuid?.() !== 0) return skip('only root can be another user');
  const folder = await temporaryFolder();
  const inner = join(folder, 'inner');
  await mkdir(inner);
  await writeFile(join(inner, 'file'), 'old');
  for (const path of [join(inner, 'file'), inner, folder]) await chown(path, 4321, 4321);
  await chmod(join(inner, 'file'), 0o000);
  await chmod(inner, 0o300);
  const program = programThat('process.setgroups([]); process.setgid(4321); process.setuid(4321);');
  const { end, stderr } = await startModule(program, [join(inner, 'file')]).ended;
  expect([end, stderr]).toEqual([0, '']);
  expect(await readFile(join(inner, 'file'), 'utf8')).toBe('new '.repeat(1000));
  expect([await modeOf(join(inner, 'file')), await modeOf(inner)]).toEqual(['0', '300']);
});

test('a link stays, and what it leads to is replaced', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'elsewhere'));
  await writeFile(join(folder, 'elsewhere', 'file'), 'old');
  await symlink('elsewhere/file', join(folder, 'link'));
  await replaceFile(join(folder, 'link'), 'new');
  expect(await readlink(join(folder, 'link'))).toBe('elsewhere/file');
  expect((await lstat(join(folder, 'elsewhere', 'file'))).isFile()).toBe(true);
  expect(await readFile(join(folder, 'elsewhere', 'file'), 'utf8')).toBe('new');
  expect(await readdir(join(folder, 'elsewhere'))).toEqual(['file']);
});

test('a name may be as long as the system allows', async () => {
  const folder = await temporaryFolder();
  const name = 'ü'.repeat(120) + 'x'.repeat(15);
  await replaceFile(join(folder, name), 'new');
  expect(await readdir(folder)).toEqual([name]);
});

test('what cannot be replaced stays, and nothing is left beside it', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'taken'));
  await expect(replaceFile(join(folder, 'taken'), 'new')).rejects.toMatchObject({
    message: `"${join(folder, 'taken')}" cannot be written: the system refuses "rename" (EISDIR).`,
    exitCode: exitCodes.storage,
  });
  expect(await readdir(folder)).toEqual(['taken']);
});

test('says how much space a full disk lacked, and keeps what was there', async ({ skip }) => {
  const disk = await mountSmallDisk(join(await temporaryFolder(), 'disk'));
  if (disk === undefined) return skip('mounting a small disk is not allowed here');
  const file = join(disk, 'file');
  await replaceFile(file, 'old');
  await expect(replaceFile(file, new Uint8Array(2_000_000))).rejects.toMatchObject({
    message: `"${file}" cannot be written: the disk is full (ENOSPC); 2,000,000 bytes were needed.`,
    exitCode: exitCodes.storage,
  });
  expect(await readFile(file, 'utf8')).toBe('old');
  expect(await readdir(disk)).toEqual(['file']);
});

/** Replaces the file that it is given. */
function programThat(begins = '') {
  return `
    import { replaceFile } from '${builtModule('storage/sync.js')}';
    ${begins}
    await replaceFile(process.argv[1], 'new '.repeat(1000));
  `;
}

test('killed at any change of the disk, it leaves all of the old or all of the new', async () => {
  const file = join(await temporaryFolder(), 'file');
  const [old, made] = ['old '.repeat(1000), 'new '.repeat(1000)];
  const found: string[] = [];
  for (let call = 1, end: number | string = 'SIGKILL'; end === 'SIGKILL'; call++) {
    await writeFile(file, old);
    ({ end } = await startModule(programThat(), [file], { KILL_AT_CALL: String(call) }).ended);
    found.push(await readFile(file, 'utf8'));
    expect(found.at(-1)).toBeOneOf([old, made]);
  }
  expect(found.length).toBeGreaterThan(5);
  expect([found[0], found.at(-1)]).toEqual([old, made]);
});

test('a failed sync is told, and the old file stays', async () => {
  const file = join(await temporaryFolder(), 'file');
  await writeFile(file, 'old');
  const { end, stderr } = await startModule(programThat(), [file], { FAIL_CALL: 'sync:EIO' }).ended;
  expect(end).toBe(1);
  expect(stderr).toContain(`"${file}" cannot be written: the disk reports an error (EIO)`);
  expect(await readFile(file, 'utf8')).toBe('old');
});
