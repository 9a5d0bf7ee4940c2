import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { removeLeftovers, temporaryPath } from '../../src/storage/leftovers.js';
import { temporaryFolder } from '../temporary-folder.js';

const own = basename(temporaryPath('/x/result'));
const [, writer = ''] = own.split('.').slice(-3);
const [, start, boot = '', space = '', machine = ''] = writer.split('_');

/** The name of a temporary folder of another process. */
function nameOf(changes: readonly string[]): string {
  return `.tmp-result.${changes.join('_')}.0a1b2c3d`;
}

test.each([
  ['this process', own, true],
  ['a process that died', nameOf(['999999999', '1', boot, space, machine]), false],
  ['a number used again', nameOf([String(process.pid), '1', boot, space, machine]), false],
  ['before this machine was started', nameOf(['1', `${start}`, 'other', space, machine]), false],
  ['another container', nameOf(['999999999', '1', boot, 'other', machine]), true],
  ['another machine', nameOf(['999999999', '1', 'other', space, 'other']), true],
  ['nobody known', '.tmp-result', true],
])('what is left of %s: %s stays: %s', async (_, name, stays) => {
  const parent = await temporaryFolder();
  await mkdir(join(parent, name));
  await writeFile(join(parent, name, 'file'), '');
  await removeLeftovers(parent);
  expect(await readdir(parent)).toEqual(stays ? [name] : []);
});

test('what another machine left goes after an hour', async () => {
  const parent = await temporaryFolder();
  const path = join(parent, nameOf(['1', '1', 'other', space, 'other']));
  await mkdir(path);
  const twoHoursAgo = new Date(Date.now() - 7_200_000);
  await utimes(path, twoHoursAgo, twoHoursAgo);
  await removeLeftovers(parent);
  expect(await readdir(parent)).toEqual([]);
});

test('a predecessor goes when its successor is in its place, and other files stay', async () => {
  const parent = await temporaryFolder();
  for (const name of ['.replaced-result', 'result', '.replaced-only', 'table.md']) {
    await mkdir(join(parent, name));
  }
  await removeLeftovers(parent);
  expect((await readdir(parent)).sort()).toEqual(['.replaced-only', 'result', 'table.md']);
});

test('a folder that is not there has no leftovers', async () => {
  await removeLeftovers(join(await temporaryFolder(), 'none'));
});
