import { chmod, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { installEngine } from '../../../src/engine/install/engine.js';
import { silentProgress } from '../../../src/progress.js';
import { exitCodes } from '../../../src/user-error.js';
import { startFakeSite, tensorflowMembers } from './fake-site.js';
import { makeWheel } from './fake-wheel.js';
import { mountSmallDisk } from './small-disk.js';

afterEach(() => void vi.unstubAllEnvs());

const install = () => installEngine({ device: 'cpu', progress: silentProgress });

test('says before it fetches anything that there is no compiler', async () => {
  const { requests } = await startFakeSite();
  vi.stubEnv('CXX', '');
  await expect(install()).rejects.toMatchObject({
    message:
      'A C++ compiler is needed to build the engine\'s addon; tried "c++", "g++", "clang++".',
    hint: 'Install one, for example with "apt install g++" or "dnf install gcc-c++", or name yours in the environment variable CXX.',
    exitCode: exitCodes.engine,
  });
  expect(requests).toEqual([]);
});

test('names the compiler that CXX names wrongly', async () => {
  await startFakeSite();
  vi.stubEnv('CXX', '/no/such/c++');
  await expect(install()).rejects.toThrow('tried "/no/such/c++".');
});

test('shows what the compiler complained of first', async () => {
  const complaint = `echo 'In file included from a.cc' >&2; echo 'a.cc:1: error: no cigar' >&2; exit 1`;
  const { environment } = await startFakeSite({ compilerLines: complaint });
  await expect(install()).rejects.toMatchObject({
    message: `"${environment.CXX}" cannot compile the engine's addon: a.cc:1: error: no cigar`,
    exitCode: exitCodes.engine,
  });
});

test('says that neither pip nor the network is there', async () => {
  await startFakeSite();
  vi.stubEnv('PREP_LAB_INDEX', 'http://127.0.0.1:9/simple');
  await expect(install()).rejects.toMatchObject({
    message: expect.stringMatching(
      /^pip was not found, and http:\/\/127\.0\.0\.1:9\/simple\/tensorflow(-cpu)?\/ cannot be read \(.+\)\.$/,
    ),
    exitCode: exitCodes.engine,
  });
});

test('says why pip cannot fetch the wheel', async () => {
  const { root } = await startFakeSite();
  const script = `#!/bin/sh
[ "$3" = --version ] && { echo 'pip 23.2 from here'; exit 0; }
echo 'ERROR: No matching distribution found for tensorflow' >&2
echo '[notice] A new release of pip is available' >&2
exit 1`;
  await writeFile(join(root, 'bin', 'python3'), script);
  await chmod(join(root, 'bin', 'python3'), 0o755);
  await expect(install()).rejects.toMatchObject({
    message: expect.stringMatching(
      /^pip cannot fetch "tensorflow(-cpu)?==2\.21\.0": No matching distribution found for tensorflow$/,
    ),
    exitCode: exitCodes.engine,
  });
});

test('refuses a wheel with another hash than the index states', async () => {
  const wheel = makeWheel(tensorflowMembers());
  const tampered = Buffer.from(wheel);
  tampered.writeUInt8(tampered.readUInt8(60) ^ 1, 60);
  const { cache } = await startFakeSite({ tampered });
  await expect(install()).rejects.toMatchObject({
    message: expect.stringMatching(
      /^http:\S+ must have SHA-256 [\da-f]{64}, received [\da-f]{64}\.$/,
    ),
    exitCode: exitCodes.engine,
  });
  expect(await readdir(join(cache, 'engine', 'downloads'))).toEqual([]);
});

test('throws a damaged wheel away, so that the next set-up fetches another', async () => {
  const library = 'tensorflow/libtensorflow_cc.so.2';
  const name = process.arch === 'x64' ? 'tensorflow-cpu' : 'tensorflow';
  const wheels = { [name]: makeWheel(tensorflowMembers(), { altered: [library] }) };
  const { cache } = await startFakeSite({ wheels });
  await expect(install()).rejects.toThrow(`is damaged: "${library}" must have SHA-256 `);
  expect(await readdir(join(cache, 'engine', 'downloads'))).toEqual([]);
  expect(await readdir(join(cache, 'engine'))).toEqual(['downloads']);
});

test('names a cache folder that cannot be written', async () => {
  const { root } = await startFakeSite();
  const blocked = join(root, 'blocked');
  await writeFile(blocked, '');
  vi.stubEnv('PREP_LAB_CACHE', join(blocked, 'cache'));
  await expect(install()).rejects.toMatchObject({
    message: expect.stringMatching(/blocked.*" cannot be written: /),
    exitCode: exitCodes.storage,
  });
});

test('says how much space is needed before it fills a small disk', async ({ skip }) => {
  const { root, requests } = await startFakeSite();
  const disk = await mountSmallDisk(join(root, 'disk'));
  if (!disk) return skip('only root can mount a disk of its own');
  vi.stubEnv('PREP_LAB_CACHE', join(disk, 'cache'));
  await expect(install()).rejects.toMatchObject({
    message: `"${join(disk, 'cache', 'engine')}" needs 1.3 GB of free space for the engine, but has 0.0 GB.`,
    exitCode: exitCodes.storage,
  });
  expect(requests).toEqual([]);
});
