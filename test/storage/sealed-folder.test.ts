import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { removeLeftovers } from '../../src/storage/leftovers.js';
import { readSealedFolder, writeSealedFolder } from '../../src/storage/sealed-folder.js';
import { exitCodes, UserError } from '../../src/user-error.js';
import { mountSmallDisk } from '../engine/install/small-disk.js';
import { temporaryFolder } from '../temporary-folder.js';
import { builtModule, startModule } from './run-module.js';

const key = 'a'.repeat(64);
const content = { kind: 'checkpoint', key, files: { 'state.json': '{"epoch":1}' } };

async function newPath(): Promise<string> {
  return join(await temporaryFolder(), 'trial', 'folder');
}

test('reads what was written, texts and bytes, and leaves nothing beside it', async () => {
  const path = await newPath();
  const files = { 'state.json': 'text', 'tensors.bin': new Uint8Array([0, 255, 7]), empty: '' };
  await writeSealedFolder(path, { kind: 'checkpoint', key, files });
  const read = await readSealedFolder(path, { kind: 'checkpoint', key });
  expect([...read].map(([name, bytes]) => [name, [...bytes]])).toEqual([
    ['state.json', [...Buffer.from('text')]],
    ['tensors.bin', [0, 255, 7]],
    ['empty', []],
  ]);
  expect(await readdir(join(path, '..'))).toEqual(['folder']);
});

test('replaces a folder', async () => {
  const path = await newPath();
  await writeSealedFolder(path, content);
  await writeSealedFolder(path, { ...content, files: { other: 'new' } });
  const read = await readSealedFolder(path, { kind: 'checkpoint' });
  expect([...read.keys()]).toEqual(['other']);
  expect(await readdir(join(path, '..'))).toEqual(['folder']);
});

test('a guard that throws leaves what was there', async () => {
  const path = await newPath();
  await writeSealedFolder(path, content);
  const before = await stat(path);
  const guard = () => Promise.reject(new UserError('No longer yours.'));
  await expect(writeSealedFolder(path, { ...content, guard })).rejects.toThrow('No longer yours.');
  expect((await stat(path)).ino).toBe(before.ino);
  expect(await readdir(join(path, '..'))).toEqual(['folder']);
});

test('names the path where no folder can be made', async () => {
  const blocked = join(await temporaryFolder(), 'blocked');
  await writeFile(blocked, '');
  await expect(writeSealedFolder(join(blocked, 'in'), content)).rejects.toMatchObject({
    message: `"${blocked}" cannot be written: a part of the path is not a folder (EEXIST).`,
    exitCode: exitCodes.storage,
  });
});

test('says how much space a full disk lacked, keeps what was there and gives the space back', async ({
  skip,
}) => {
  const disk = await mountSmallDisk(join(await temporaryFolder(), 'disk'));
  if (disk === undefined) return skip('mounting a small disk is not allowed here');
  const path = join(disk, 'folder');
  await writeSealedFolder(path, content);
  const large = { ...content, files: { 'tensors.bin': new Uint8Array(2_000_000) } };
  await expect(writeSealedFolder(path, large)).rejects.toMatchObject({
    message: expect.stringMatching(
      /^".*disk\/folder" cannot be written: the disk is full \(ENOSPC\); 2,000,\d{3} bytes were needed\.$/,
    ),
    hint: 'Free some space and run the command again.',
    exitCode: exitCodes.storage,
  });
  expect((await readSealedFolder(path, content)).get('state.json')?.toString()).toBe('{"epoch":1}');
  expect(await readdir(disk)).toEqual(['folder']);
});

const program = `
  import { writeSealedFolder } from '${builtModule('storage/sealed-folder.js')}';
  const [path, epoch] = process.argv.slice(1);
  const files = { 'state.json': epoch, 'tensors.bin': new Uint8Array(100000) };
  await writeSealedFolder(path, { kind: 'checkpoint', key: '${key}', files });
`;

async function readEpoch(path: string): Promise<string | undefined> {
  const read = await readSealedFolder(path, { kind: 'checkpoint', key }).catch((error) => error);
  return read instanceof Map ? read.get('state.json')?.toString() : read.damage;
}

test('killed before any change of the file system, it leaves the old or the new folder', async () => {
  const seen = new Set<string>();
  let call = 0;
  for (let end: number | string = ''; end !== 0; ) {
    const path = await newPath();
    await writeSealedFolder(path, { ...content, files: { 'state.json': 'old' } });
    call += 1;
    const environment = { KILL_AT_CALL: String(call) };
    ({ end } = await startModule(program, [path, 'new'], environment).ended);
    expect([0, 'SIGKILL']).toContain(end);
    const epoch = await readEpoch(path);
    expect(['old', 'new']).toContain(epoch);
    seen.add(String(epoch));
    await removeLeftovers(join(path, '..'));
    expect(await readEpoch(path)).toBe(epoch);
    await writeSealedFolder(path, { ...content, files: { 'state.json': 'next' } });
    expect(await readEpoch(path)).toBe('next');
    expect(await readdir(join(path, '..'))).toEqual(['folder']);
  }
  // Proof that the loop ran.
  expect(call).toBeGreaterThan(12);
  expect([...seen]).toEqual(['old', 'new']);
});

test('a failed sync is fatal and leaves the old folder', async () => {
  const path = await newPath();
  await writeSealedFolder(path, { ...content, files: { 'state.json': 'old' } });
  const run = await startModule(program, [path, 'new'], { FAIL_CALL: 'sync:EIO' }).ended;
  expect(run.end).toBe(1);
  expect(run.stderr).toContain(`"${path}" cannot be written: the disk reports an error (EIO).`);
  expect(await readEpoch(path)).toBe('old');
  expect(await readdir(join(path, '..'))).toEqual(['folder']);
});

test('leftovers of the living stay', async () => {
  const path = await newPath();
  let during: string[] = [];
  const guard = async () => {
    await removeLeftovers(join(path, '..'));
    during = await readdir(join(path, '..'));
  };
  await writeSealedFolder(path, { ...content, guard });
  expect(during).toHaveLength(1);
  expect(during[0]).toMatch(/^\.tmp-folder\./);
  expect(await readEpoch(path)).toBe('{"epoch":1}');
});

test('a folder that is read while it is replaced is never taken for a damaged one', async () => {
  const path = await newPath();
  const write = (epoch: number) => {
    const files = { 'state.json': String(epoch), 'tensors.bin': new Uint8Array(1000 + epoch) };
    return writeSealedFolder(path, { kind: 'checkpoint', key, files });
  };
  await write(0);
  let isWriting = true;
  const writing = (async () => {
    for (let epoch = 1; epoch <= 150; epoch++) await write(epoch);
    isWriting = false;
  })();
  const read: string[] = [];
  while (isWriting) {
    read.push(String(await readEpoch(path)));
  }
  await writing;
  expect(read.length).toBeGreaterThan(20);
  expect(read.filter((epoch) => !/^\d+$/.test(epoch))).toEqual([]);
});

test('other files in the folder are passed over', async () => {
  const path = await newPath();
  await writeSealedFolder(path, content);
  await mkdir(join(path, 'more'));
  await writeFile(join(path, '.DS_Store'), 'x');
  expect([...(await readSealedFolder(path, content)).keys()]).toEqual(['state.json']);
  expect(await readFile(join(path, 'manifest.json'), 'utf8')).toContain('"kind": "checkpoint"');
});
