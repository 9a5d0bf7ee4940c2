import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { findEngine, installEngine } from '../../../src/engine/install/engine.js';
import { silentProgress } from '../../../src/progress.js';
import { exitCodes } from '../../../src/user-error.js';
import { temporaryFolder } from '../../temporary-folder.js';

const system = process.platform;
const install = () => installEngine({ device: 'cpu', progress: silentProgress });

beforeEach(() => void Object.defineProperty(process, 'platform', { value: 'darwin' }));
afterEach(() => {
  Object.defineProperty(process, 'platform', { value: system });
  vi.unstubAllEnvs();
});

/** Puts a program "npm" first that does these lines of shell, in an empty cache. Returns the folder of both. */
async function placeNpm(...lines: readonly string[]): Promise<string> {
  const folder = await temporaryFolder();
  const npm = join(folder, 'bin', 'npm');
  await mkdir(join(folder, 'bin'));
  await writeFile(npm, ['#!/bin/sh', ...lines].join('\n'));
  await chmod(npm, 0o755);
  vi.stubEnv('PATH', `${join(folder, 'bin')}:${process.env.PATH}`);
  vi.stubEnv('PREP_LAB_CACHE', join(folder, 'cache'));
  return folder;
}

test('where prep-lab compiles no addon, npm installs the package with its script, once', async () => {
  const folder = await placeNpm(
    'echo "$@" >>"$(dirname "$0")/../calls"',
    // The third and the fourth are "--prefix" and its folder.
    'addon="$4/node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8"',
    'mkdir -p "$addon" && touch "$addon/tfjs_binding.node"',
  );
  expect(await findEngine('cpu')).toBe(undefined);
  const engine = await install();
  const place = join(folder, 'cache', 'engine', 'prebuilt-2.9.1');
  const installed = join(place, 'node_modules', '@tensorflow', 'tfjs-node-gpu');
  expect(engine).toEqual({
    addonPath: join(installed, 'lib', 'napi-v8', 'tfjs_binding.node'),
    ownKernels: { state: 'unfit' },
    tensorflowVersion: '2.9.1',
    device: 'cpu',
    folder: installed,
  });
  expect(await install()).toEqual(engine);
  expect(await readFile(join(folder, 'calls'), 'utf8')).toBe(
    `install @tensorflow/tfjs-node-gpu@4.22.0 --prefix ${place} --ignore-scripts=false --no-audit --no-fund --loglevel=error --fetch-retry-mintimeout=1000 --fetch-retry-maxtimeout=5000\n`,
  );
});

test('says what npm says where its script fails', async () => {
  await placeNpm('echo "npm error code ETIMEDOUT" >&2', 'exit 1');
  await expect(install()).rejects.toMatchObject({
    message: '"npm install @tensorflow/tfjs-node-gpu@4.22.0" failed: code ETIMEDOUT.',
    exitCode: exitCodes.engine,
  });
});

test('says that the script left no engine', async () => {
  const folder = await placeNpm('exit 0');
  await expect(install()).rejects.toMatchObject({
    message: `TensorFlow's own install script left no engine in "${folder}/cache/engine/prebuilt-2.9.1".`,
    exitCode: exitCodes.engine,
  });
});
