import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { findEngine } from '../../src/engine/install/engine.js';
import { startFakeSite } from '../engine/install/fake-site.js';
import { temporaryFolder } from '../temporary-folder.js';
import { runProgram } from './run-program.js';

afterEach(() => void vi.unstubAllEnvs());

async function installedFolder(): Promise<string> {
  const engine = await findEngine('cpu');
  if (!engine) throw new Error('No engine: run "npx prep-lab setup" first.');
  return engine.folder;
}

test('says what is installed and that it computes, and does no work twice', async () => {
  const { exitCode, stdout, stderr } = await runProgram(['setup', '--device', 'cpu']);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toContain(`TensorFlow 2.21.0 is installed in ${await installedFolder()}\n`);
  expect(stdout).toMatch(/\nIt computes on the CPU: .+\.\n$/);
});

test("builds against a TensorFlow of the user's own and keeps to it", async () => {
  const own = await installedFolder();
  const environment = { PREP_LAB_CACHE: await temporaryFolder() };
  const { exitCode, stdout, stderr } = await runProgram(['setup', '--tensorflow', own], {
    environment,
  });
  expect(stderr).toMatch(/^Compiling the engine's addon with \S+ \(about 10 s\)\n$/);
  expect(stdout).toMatch(/^TensorFlow 2\.21\.0 is installed in .+\nIt computes on the .+\n$/);
  expect(exitCode).toBe(0);
  vi.stubEnv('PREP_LAB_CACHE', environment.PREP_LAB_CACHE);
  expect((await findEngine('cpu'))?.folder).toBe(own);
});

test('refuses a folder without TensorFlow and does not remember it', async () => {
  const folder = await temporaryFolder();
  const environment = { PREP_LAB_CACHE: join(folder, 'cache') };
  expect(await runProgram(['setup', '--tensorflow', folder], { environment })).toEqual({
    exitCode: 6,
    stdout: '',
    stderr: `"${folder}" must hold a TensorFlow: libtensorflow_framework.so.2, libtensorflow_cc.so.2 or libtensorflow.so.2, and include/tensorflow/c/c_api.h were not all found.
Hint: name the folder "tensorflow" in pip's site-packages, or an unpacked libtensorflow archive; "prep-lab setup" alone goes back to prep-lab's own.
`,
  });
  await expect(access(join(folder, 'cache', 'engine', 'own-tensorflow'))).rejects.toThrow('ENOENT');
});

test('tells it when what was installed does not work', async () => {
  const { environment } = await startFakeSite();
  const { exitCode, stdout, stderr } = await runProgram(['setup'], { environment });
  expect({ exitCode, stdout }).toEqual({ exitCode: 6, stdout: '' });
  expect(stderr).toMatch(
    /\nThe engine is installed but does not work: TensorFlow in ".+" cannot be loaded: .+\nHint: run "prep-lab doctor" for a view of the whole\.\n$/,
  );
});

test('warns when it installs for a GPU that is not there', async () => {
  const { environment } = await startFakeSite();
  const { exitCode, stderr } = await runProgram(['setup', '--device', 'gpu'], { environment });
  expect(stderr).toMatch(
    /^No NVIDIA GPU was found: the engine for one is installed, but not tried\.\n/,
  );
  // The stand-in index has no wheel for it.
  expect(exitCode).toBe(6);
});

test('refuses a device that there is none of', async () => {
  const { exitCode, stderr } = await runProgram(['setup', '--device', 'tpu']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain("'tpu' is invalid: allowed choices are auto, cpu, gpu.");
});
