import { chmod, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import {
  downloadWithPip,
  findPip,
  parseSize,
  pipComplaint,
} from '../../../src/engine/install/pip.js';
import { silentProgress } from '../../../src/progress.js';
import { exitCodes } from '../../../src/user-error.js';
import { temporaryFolder } from '../../temporary-folder.js';

afterEach(() => void vi.unstubAllEnvs());

/** Puts programs, written in shell, in the place of all others. */
async function usePrograms(programs: Readonly<Record<string, string>>): Promise<string> {
  const folder = await temporaryFolder();
  for (const [name, lines] of Object.entries(programs)) {
    await writeFile(join(folder, name), `#!/bin/sh\n${lines}\n`);
    await chmod(join(folder, name), 0o755);
  }
  vi.stubEnv('PATH', folder);
  return folder;
}

const download = async () => {
  const pip = { version: '23.2', program: 'python3', leadingArguments: ['-m', 'pip'] };
  const requirement = { name: 'tensorflow-cpu', versions: '==2.21.0' };
  const folder = join(await temporaryFolder(), 'downloads');
  return { pip, requirement, folder, progress: silentProgress };
};

test('takes the first pip that is new enough', async () => {
  await usePrograms({
    python3: 'echo "No module named pip" >&2; exit 1',
    python: 'echo "pip 9.0.3 from /old (python 3.6)"',
    pip3: 'echo "pip 26.0.1 from /new (python 3.14)"',
  });
  expect(await findPip()).toEqual({ version: '26.0.1', program: 'pip3', leadingArguments: [] });
});

test('finds no pip where there is none', async () => {
  await usePrograms({});
  expect(await findPip()).toBeUndefined();
});

test('places the wheel when pip is done, and leaves nothing else', async () => {
  // $TMPDIR is the folder that pip is told to download to.
  await usePrograms({ python3: 'echo wheel > "$TMPDIR/tensorflow_cpu-2.21.0-x.whl"' });
  const options = await download();
  expect(await downloadWithPip(options)).toBe(join(options.folder, 'tensorflow_cpu-2.21.0-x.whl'));
  expect(await readdir(options.folder)).toEqual(['tensorflow_cpu-2.21.0-x.whl']);
});

test('tells a full disk from other complaints', async () => {
  const words = 'ERROR: Could not install packages due to an OSError: [Errno 28] No space left';
  await usePrograms({ python3: `echo '${words}' >&2; exit 1` });
  const options = await download();
  await expect(downloadWithPip(options)).rejects.toMatchObject({
    message: 'pip cannot store "tensorflow-cpu==2.21.0": the disk is full (ENOSPC).',
    exitCode: exitCodes.storage,
  });
  expect(await readdir(options.folder)).toEqual([]);
});

test('finds the point of what pip says', () => {
  expect(pipComplaint('WARNING: a\nERROR: first\nERROR: the point\n[notice] b')).toBe('the point');
  expect(pipComplaint('Traceback\nKeyError: 1\n')).toBe('KeyError: 1');
  expect(pipComplaint('')).toBe('no reason given');
});

test.each([
  ['  Downloading tensorflow_cpu-2.21.0-cp311.whl (273.8 MB)', 273_800_000],
  ['Using cached x-py3-none-any.whl (15 kB)', 15_000],
  ['Collecting tensorflow-cpu==2.21.0', undefined],
])('reads the size in "%s"', (line, bytes) => {
  expect(parseSize(line)).toBe(bytes);
});
