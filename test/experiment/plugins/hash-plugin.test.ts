import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hashPlugin } from '../../../src/experiment/plugins/hash-plugin.js';
import { temporaryFolder } from '../../temporary-folder.js';

/** Writes files into a new folder and returns the hash of the first. */
async function hashOf(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await temporaryFolder();
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return hashPlugin(join(folder, Object.keys(files)[0] ?? ''));
}

test('The hash follows the text and not the place', async () => {
  const hash = await hashOf({ 'a.mjs': 'export const x = 1;' });
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
  expect(await hashOf({ 'b.mjs': 'export const x = 1;' })).toBe(hash);
  expect(await hashOf({ 'a.mjs': 'export const x = 2;' })).not.toBe(hash);
});

test.each([
  ["import { x } from './b.mjs';"],
  ['export * from "./b.mjs";'],
  ["import './b.mjs';"],
  ["const { x } = await import('./b.mjs');"],
  ["import {\n  x,\n} from './b.mjs';"],
  ["import{x}from'./b.mjs'"],
  ['const { x } = await import(`./b.mjs`);'],
  ["import /* the other one */ './b.mjs';"],
  ["import './%62.mjs?version=1';"],
  ["import { x } from './b\\.mjs';"],
])('What %j brings in is hashed too', async (text) => {
  const hashes = ['1', '2'].map((x) =>
    hashOf({ 'a.mjs': text, 'b.mjs': `export const x = ${x};` }),
  );
  expect(await hashes[0]).not.toBe(await hashes[1]);
});

test.each([
  ["// import './b.mjs';"],
  ["/* export * from './b.mjs'; */"],
  [`const text = "import './b.mjs'";`],
  ["const name = './b.mjs'; await import(name);"],
])('What %j only names is not', async (text) => {
  const hashes = ['1', '2'].map((x) =>
    hashOf({ 'a.mjs': text, 'b.mjs': `export const x = ${x};` }),
  );
  expect(await hashes[0]).toBe(await hashes[1]);
});

test('Through a link, what lies beside the file itself is hashed', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'real'));
  await writeFile(join(folder, 'real', 'a.mjs'), "import './b.mjs';");
  await symlink('real/a.mjs', join(folder, 'a.mjs'));
  await writeFile(join(folder, 'link.mjs'), "import './a.mjs';");
  const hashes: string[] = [];
  for (const text of ['1;', '2;']) {
    await writeFile(join(folder, 'real', 'b.mjs'), text);
    hashes.push(await hashPlugin(join(folder, 'link.mjs')));
  }
  expect(hashes[0]).not.toBe(hashes[1]);
});

test('JSON is hashed and not read as a program', async () => {
  const a = "import b from './b.json' with { type: 'json' };";
  const hashes = [{ x: "it's from './c.mjs" }, { x: 2 }].map((b) =>
    hashOf({ 'a.mjs': a, 'b.json': JSON.stringify(b) }),
  );
  expect(await hashes[0]).not.toBe(await hashes[1]);
});

test('A file whose imports cannot be read is named', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'a.mjs'), "try { await import('./b.mjs') } catch {}");
  await writeFile(join(folder, 'b.mjs'), 'import {');
  const broken = join(folder, 'b.mjs');
  await expect(hashPlugin(join(folder, 'a.mjs'))).rejects.toMatchObject({
    message: `${broken}: the imports of this file cannot be read.`,
    hint: `check its syntax: node --check ${broken}`,
  });
});

test('Files that import each other, packages and files that are not there do no harm', async () => {
  const a = `import './b.mjs'; import 'prep-lab'; // import './c.mjs'`;
  expect(await hashOf({ 'a.mjs': a, 'b.mjs': "import './a.mjs';" })).toMatch(/^[0-9a-f]{64}$/);
});
