import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { checkFolder } from '../../src/cifar10/check.js';
import { fetchIntoCache, type Source } from '../../src/cifar10/fetch.js';
import { cifar10Files } from '../../src/cifar10/files.js';
import { silentProgress } from '../../src/progress.js';
import { exitCodes, UserError } from '../../src/user-error.js';
import { startLeaseProcess } from '../storage/lease-process.js';
import { temporaryFolder } from '../temporary-folder.js';
import { linkData } from './data-folder.js';

interface TestSource extends Source {
  calls: number;
}

/** A source that has the real files, and leaves other things too. */
function good(): TestSource {
  return source('the good source', async (folder) => {
    await writeFile(join(folder, 'README.md'), 'left over');
    await linkData(folder);
  });
}

function failing(name: string, error: Error): TestSource {
  return source(name, () => Promise.reject(error));
}

function source(name: string, fetchInto: Source['fetchInto']): TestSource {
  const made: TestSource = {
    name,
    calls: 0,
    fetchInto(folder, progress) {
      made.calls++;
      return fetchInto(folder, progress);
    },
  };
  return made;
}

async function options(...sources: Source[]) {
  const notes: string[] = [];
  const progress = { ...silentProgress, note: (line: string) => void notes.push(line) };
  return { cache: await temporaryFolder(), sources, progress, notes };
}

test('places the six checked files and leaves nothing else', async () => {
  const fetching = await options(good());
  const folder = await fetchIntoCache(fetching);
  expect(folder).toBe(join(fetching.cache, 'cifar10'));
  expect(await checkFolder(folder)).toEqual([]);
  expect(await readdir(fetching.cache)).toEqual(['cifar10']);
  expect((await readdir(folder)).sort()).toEqual(cifar10Files.map(({ name }) => name));
});

test('goes on to the next source and says why', async () => {
  const fetching = await options(failing('the first source', new UserError('No way.')), good());
  expect(await checkFolder(await fetchIntoCache(fetching))).toEqual([]);
  expect(fetching.notes).toEqual([
    'CIFAR-10 did not come from the first source: No way. Trying the good source.',
  ]);
});

test('goes on if a source gives other files', async () => {
  const altered = source('the altered source', async (folder) => {
    await linkData(folder, ['data_batch_4.bin']);
    await writeFile(join(folder, 'data_batch_4.bin'), 'something else');
  });
  const fetching = await options(altered, good());
  expect(await checkFolder(await fetchIntoCache(fetching))).toEqual([]);
  expect(fetching.notes).toEqual([
    expect.stringMatching(
      /^CIFAR-10 did not come from the altered source: ".+data_batch_4\.bin" is truncated: it must have 30730000 bytes, received 14\. Trying the good source\.$/,
    ),
  ]);
});

test('names every source and its reason when none gives the files', async () => {
  const first = failing('the first source', new UserError('No way.'));
  const second = failing('the second source', new UserError('No npm.'));
  const fetching = await options(first, second);
  await expect(fetchIntoCache(fetching)).rejects.toMatchObject({
    message:
      'CIFAR-10 could not be fetched.\nthe first source: No way.\nthe second source: No npm.',
    hint: 'Connect to the network and try again, or put the six files in "data" or in a folder given with --data.',
    exitCode: exitCodes.data,
  });
  expect(await readdir(fetching.cache)).toEqual([]);
});

test('keeps a partial download for the next call, which clears all the rest', async () => {
  const interrupted = source('the interrupted source', async (folder) => {
    await writeFile(join(folder, 'archive.partial'), 'half');
    await writeFile(join(folder, 'unpacked.png'), 'all');
    throw new UserError('Broke.');
  });
  const fetching = await options(interrupted);
  await expect(fetchIntoCache(fetching)).rejects.toThrow('Broke.');
  expect(await readdir(join(fetching.cache, 'cifar10.fetching'))).toEqual(['archive.partial']);
  await fetchIntoCache({ ...fetching, sources: [good()] });
  expect(await readdir(fetching.cache)).toEqual(['cifar10']);
});

test('clears what a killed process left', async () => {
  const fetching = await options(good());
  await mkdir(join(fetching.cache, 'cifar10.fetching', 'half-made'), { recursive: true });
  await fetchIntoCache(fetching);
  expect(await readdir(fetching.cache)).toEqual(['cifar10']);
});

test('is not held up by the lock of a process that was killed, nor by the folder that was one earlier', async () => {
  const fetching = await options(good());
  const killed = startLeaseProcess();
  expect(await killed.ask(`try ${fetching.cache}`)).toBe('ours');
  await killed.kill();
  await mkdir(join(fetching.cache, 'cifar10.lock'));
  expect(await checkFolder(await fetchIntoCache(fetching))).toEqual([]);
  expect(fetching.notes).toEqual([]);
});

test('stops at a full disk, tries no other source and gives the space back', async () => {
  const full = source('the first source', async (folder) => {
    await writeFile(join(folder, 'archive.partial'), 'half');
    throw Object.assign(new Error('write'), { code: 'ENOSPC' });
  });
  const second = good();
  const fetching = await options(full, second);
  const staging = join(fetching.cache, 'cifar10.fetching');
  await expect(fetchIntoCache(fetching)).rejects.toMatchObject({
    message: `"${staging}" cannot be written: the disk is full (ENOSPC).`,
    exitCode: exitCodes.storage,
  });
  expect(second.calls).toBe(0);
  expect(await readdir(fetching.cache)).toEqual([]);
});

test('replaces a damaged file in the cache', async () => {
  const fetching = await options(good());
  const folder = await linkData(join(fetching.cache, 'cifar10'), ['test_batch.bin']);
  await writeFile(join(folder, 'test_batch.bin'), 'damaged');
  expect(await checkFolder(await fetchIntoCache(fetching))).toEqual([]);
});

test('fetches once when two ask at the same time', async () => {
  const slow = source('the slow source', async (folder, progress) => {
    await sleep(300);
    await good().fetchInto(folder, progress);
  });
  const fetching = await options(slow);
  const folders = await Promise.all([fetchIntoCache(fetching), fetchIntoCache(fetching)]);
  expect(folders[0]).toBe(folders[1]);
  expect(slow.calls).toBe(1);
  expect(fetching.notes).toEqual(['Another prep-lab is fetching CIFAR-10: waiting for it.']);
});
