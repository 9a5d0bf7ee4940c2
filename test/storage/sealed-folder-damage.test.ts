import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { expect, test } from 'vitest';
import { readSealedFolder, writeSealedFolder } from '../../src/storage/sealed-folder.js';
import { DamagedFolderError, hashBytes } from '../../src/storage/sealed-manifest.js';
import { exitCodes } from '../../src/user-error.js';
import { temporaryFolder } from '../temporary-folder.js';

const key = 'a'.repeat(64);
const names = ['state.json', 'tensors.bin', 'manifest.json'];
const expected = { kind: 'checkpoint', key };

async function sealedFolder(tensor = 1): Promise<string> {
  const path = join(await temporaryFolder(), 'folder');
  const tensors = new Uint8Array(3000).fill(tensor);
  const files = { 'state.json': `{"epoch":${tensor}}`, 'tensors.bin': tensors };
  await writeSealedFolder(path, { ...expected, files });
  return path;
}

async function readDamage(path: string): Promise<DamagedFolderError> {
  const error = await readSealedFolder(path, expected).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof DamagedFolderError)) throw new Error(`Read without an error: ${path}`);
  expect(error.exitCode).toBe(exitCodes.cannotResume);
  return error;
}

test.each(names)('finds %s cut off anywhere', async (name) => {
  const path = await sealedFolder();
  const bytes = await readFile(join(path, name));
  for (const size of [0, 1, bytes.length >> 1, bytes.length - 1]) {
    await writeFile(join(path, name), bytes.subarray(0, size));
    const { damage, message } = await readDamage(path);
    expect(damage).toBe('damaged');
    expect(message).toContain(`"${join(path, name)}"`);
  }
});

test.each(names)('finds any flipped bit of %s', async (name) => {
  const path = await sealedFolder();
  const bytes = await readFile(join(path, name));
  const seed = Date.now();
  const random = xoroshiro128plus(seed);
  for (let flip = 0; flip < 100; flip++) {
    const bit = (random.next() >>> 0) % (bytes.length * 8);
    const altered = Buffer.from(bytes);
    altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    await writeFile(join(path, name), altered);
    const { damage, message } = await readDamage(path);
    expect([damage, message], `seed ${seed}, bit ${bit}`).toEqual([
      'damaged',
      expect.stringContaining(`"${join(path, name)}"`),
    ]);
  }
});

test.each(names)('finds that %s is missing', async (name) => {
  const path = await sealedFolder();
  await rm(join(path, name));
  expect((await readDamage(path)).message).toBe(`"${join(path, name)}" is missing.`);
});

test.each(names)('finds a tail of zeros in %s', async (name) => {
  const path = await sealedFolder();
  const bytes = await readFile(join(path, name));
  await writeFile(join(path, name), bytes.fill(0, bytes.length - 10));
  expect((await readDamage(path)).damage).toBe('damaged');
});

test.each(names)('finds a folder where %s should be', async (name) => {
  const path = await sealedFolder();
  await rm(join(path, name));
  await mkdir(join(path, name));
  expect((await readDamage(path)).message).toBe(`"${join(path, name)}" is not a file.`);
});

test.each(names)('finds that %s is from another folder', async (name) => {
  const [path, other] = [await sealedFolder(1), await sealedFolder(2)];
  await rename(join(other, name), join(path, name));
  const { damage, message } = await readDamage(path);
  expect(damage).toBe('damaged');
  expect(message).toMatch(/was altered: its SHA-256 is another one\.$/);
});

test('says how large a file must be', async () => {
  const path = await sealedFolder();
  await writeFile(join(path, 'tensors.bin'), '');
  expect((await readDamage(path)).message).toBe(
    `"${join(path, 'tensors.bin')}" must have 3000 bytes, has 0.`,
  );
});

test('says that a folder is of another trial', async () => {
  const path = await sealedFolder();
  await expect(readSealedFolder(path, { ...expected, key: 'b'.repeat(64) })).rejects.toMatchObject({
    damage: 'foreign',
    message: `"${path}" belongs to the trial with key "aaaaaaaa", not to that with key "bbbbbbbb".`,
    hint: 'move the folder back to where it came from.',
  });
});

test('says that a folder is of another kind', async () => {
  const path = await sealedFolder();
  await expect(readSealedFolder(path, { ...expected, kind: 'result' })).rejects.toMatchObject({
    damage: 'foreign',
    message: `"${path}" is a checkpoint, where a result should be.`,
  });
});

test('says that there is no folder', async () => {
  const path = join(await temporaryFolder(), 'none');
  const { damage, message } = await readDamage(path);
  expect([damage, message]).toEqual(['absent', `There is no folder "${path}".`]);
});

async function writeManifest(path: string, content: object): Promise<void> {
  const sha256 = hashBytes(JSON.stringify(content));
  const text = `${JSON.stringify({ ...content, sha256 }, null, 2)}\n`;
  await writeFile(join(path, 'manifest.json'), text);
}

test('says which version a newer format has', async () => {
  const path = await sealedFolder();
  await writeManifest(path, { format: 'prep-lab sealed folder', version: 2, entries: [] });
  const { damage, message, hint } = await readDamage(path);
  expect(damage).toBe('version');
  expect(message).toBe(
    `"${join(path, 'manifest.json')}" has format version 2; this prep-lab reads version 1.`,
  );
  expect(hint).toBe('use the prep-lab that wrote it, or a newer one.');
});

test.each([
  { format: 'another' },
  { files: { '../secret': { bytes: 0, sha256: 'a'.repeat(64) } } },
])('refuses an intact manifest that is none: %j', async (changes) => {
  const path = await sealedFolder();
  const content = { format: 'prep-lab sealed folder', version: 1, ...expected, files: {} };
  await writeManifest(path, { ...content, ...changes });
  expect((await readDamage(path)).message).toBe(
    `"${join(path, 'manifest.json')}" is not the manifest of a sealed folder.`,
  );
});
