import { writeFile } from 'node:fs/promises';
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
])('What %j brings in is hashed too', async (text) => {
  const hashes = ['1', '2'].map((x) =>
    hashOf({ 'a.mjs': text, 'b.mjs': `export const x = ${x};` }),
  );
  expect(await hashes[0]).not.toBe(await hashes[1]);
});

test('Files that import each other, packages and files that are not there do no harm', async () => {
  const a = `import './b.mjs'; import 'prep-lab'; // import './c.mjs'`;
  expect(await hashOf({ 'a.mjs': a, 'b.mjs': "import './a.mjs';" })).toMatch(/^[0-9a-f]{64}$/);
});
