import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { mountSmallDisk } from '../../engine/install/small-disk.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { run } from '../start-run.js';
import { createSeeds } from './partial-trials.js';

const command = promisify(execFile);

test('a read-only disk ends the run with 5 before anything is trained', async ({ skip }) => {
  const disk = await mountSmallDisk(join(await temporaryFolder(), 'disk'), 24);
  if (disk === undefined) return skip('mounting a small disk is not allowed here');
  const scenario = await createSeeds(1);
  const out = join(disk, 'results');
  await mkdir(out);
  await command('/bin/mount', ['-o', 'remount,ro', disk]);
  for (const [folder, named] of [
    [out, out],
    [join(disk, 'new', 'results'), disk],
  ] as const) {
    const { end, stderr, stdout } = await run(scenario.with('--out', folder));
    expect([end, stderr, stdout]).toEqual([
      5,
      `"${named}" cannot be written: the disk is read-only (EROFS).\nHint: use a folder on another disk.\n`,
      '',
    ]);
  }
});
