import { readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withOptunaLock } from '../../src/storage/optuna-lock.js';
import { temporaryFolder } from '../temporary-folder.js';

test('Only one has the lock at a time, and nothing of it stays', async () => {
  const folder = await temporaryFolder();
  const journal = join(folder, 'journal.log');
  let [inside, most] = [0, 0];
  const work = async () => {
    most = Math.max(most, ++inside);
    await writeFile(journal, 'x');
    inside--;
  };
  await Promise.all(Array.from({ length: 10 }, () => withOptunaLock(journal, work)));
  expect(most).toBe(1);
  expect(await readdir(folder)).toEqual(['journal.log']);
});

test.each(['file', 'link'])('The %s of a writer that died is taken away', async (kind) => {
  const journal = join(await temporaryFolder(), 'journal.log');
  if (kind === 'file') await writeFile(`${journal}.lock`, '');
  else await symlink(journal, `${journal}.lock`);
  const begun = performance.now();
  await withOptunaLock(journal, async () => {}, 0.3);
  expect(performance.now() - begun).toBeGreaterThan(300);
});
