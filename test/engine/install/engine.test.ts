import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { findEngine, installEngine, kernelsOf } from '../../../src/engine/install/engine.js';
import { silentProgress } from '../../../src/progress.js';
import { startFakeSite, tensorflowMembers } from './fake-site.js';
import { makeWheel } from './fake-wheel.js';

afterEach(() => void vi.unstubAllEnvs());

const cpu = { device: 'cpu', progress: silentProgress } as const;

async function lines(path: string): Promise<string[]> {
  return (await readFile(path, 'utf8')).trim().split('\n');
}

test('finds nothing before and the engine after it is installed', async () => {
  await startFakeSite();
  expect(await findEngine('cpu')).toBeUndefined();
  const engine = await installEngine(cpu);
  expect(engine).toMatchObject({ tensorflowVersion: '2.21.0', device: 'cpu' });
  expect(await readFile(engine.addonPath, 'utf8')).toBe('built\n');
  expect(await findEngine('cpu')).toEqual(engine);
});

test('places libraries and headers, and nothing else', async () => {
  const { cache } = await startFakeSite();
  const { folder } = await installEngine(cpu);
  expect(await readdir(folder)).toEqual([
    'include',
    'libtensorflow_cc.so.2',
    'libtensorflow_framework.so.2',
  ]);
  expect(await readdir(join(folder, 'include', 'tensorflow', 'c', 'eager'))).toEqual(['c_api.h']);
  const names = await readdir(join(cache, 'engine'));
  expect(names.map((name) => name.replace(/-.*/, ''))).toEqual(['addon', 'kernels', 'tensorflow']);
});

test('tells the addon to look for the libraries beside itself, so that the cache can be moved', async () => {
  const { cache, compilerLog } = await startFakeSite();
  const { folder } = await installEngine(cpu);
  const [, addon, kernels] = await lines(compilerLog);
  const beside = folder.slice(join(cache, 'engine/').length);
  expect(addon).toContain(` -Wl,-rpath,$ORIGIN/../${beside} `);
  expect(kernels).toContain(` -Wl,-rpath,$ORIGIN/../${beside} `);
});

test('fetches and compiles once, however often it is called', async () => {
  const { requests, compilerLog } = await startFakeSite();
  const first = await installEngine(cpu);
  expect(await installEngine(cpu)).toEqual(first);
  expect(requests).toHaveLength(2);
  expect(await lines(compilerLog)).toHaveLength(3);
});

test('fetches and compiles once when two call it at the same time', async () => {
  const { requests, compilerLog } = await startFakeSite();
  const notes: string[] = [];
  const progress = { ...silentProgress, note: (line: string) => void notes.push(line) };
  const [first, second] = await Promise.all([
    installEngine({ device: 'cpu', progress }),
    installEngine({ device: 'cpu', progress }),
  ]);
  expect(second).toEqual(first);
  expect(requests).toHaveLength(2);
  expect(await lines(compilerLog)).toHaveLength(3);
  expect(notes).toContain('Another prep-lab sets the engine up: waiting for it.');
});

test('takes for a GPU what the METADATA name, beside TensorFlow as in site-packages', async () => {
  const metadata = 'Requires-Dist: nvidia-cublas-cu12<13.0,>=2.0; extra == "and-cuda"\n';
  const members = tensorflowMembers({ 'tensorflow-2.21.0.dist-info/METADATA': metadata });
  const { cache } = await startFakeSite({
    wheels: {
      tensorflow: makeWheel(members),
      'nvidia-cublas-cu12': makeWheel({
        'nvidia/cublas/lib/libcublas.so.12': 'cuda',
        'nvidia/cublas/include/cublas.h': 'header',
      }),
    },
  });
  const gpu = await installEngine({ device: 'gpu', progress: silentProgress });
  const cublas = join(gpu.folder, '..', 'nvidia', 'cublas');
  expect(await readFile(join(cublas, 'lib', 'libcublas.so.12'), 'utf8')).toBe('cuda');
  expect(await readdir(cublas)).toEqual(['lib']);
  // It serves the CPU too, without another download.
  expect(await findEngine('cpu')).toEqual({ ...gpu, device: 'cpu' });
  expect([kernelsOf(gpu), kernelsOf({ ...gpu, device: 'cpu' })]).toEqual(['composed', 'own']);
  expect(await readdir(join(cache, 'engine'))).toHaveLength(3);
});

test('an engine for the CPU is none for a GPU', async () => {
  await startFakeSite();
  await installEngine(cpu);
  expect(await findEngine('gpu')).toBeUndefined();
});

test('the kernels of an engine from before there were any are compiled, and nothing is fetched anew', async () => {
  const { cache, requests, compilerLog } = await startFakeSite();
  const { addonPath } = await installEngine(cpu);
  await removeKernels(cache);
  expect(await findEngine('cpu')).toMatchObject({ ownKernels: { state: 'missing' } });
  const completed = await installEngine(cpu);
  expect(completed).toMatchObject({ addonPath, ownKernels: { state: 'compiled' } });
  expect(requests).toHaveLength(2);
  const [, , kernels, ...again] = await lines(compilerLog);
  // But for the unfinished folder, which has another name each time.
  const withoutFolder = (line = '') => line.replace(/partial-\S+/, '');
  expect(again.map(withoutFolder)).toEqual([withoutFolder(kernels)]);
});

test('without a compiler an engine does without the kernels', async () => {
  const { cache } = await startFakeSite();
  await installEngine(cpu);
  await removeKernels(cache);
  vi.stubEnv('CXX', '/no/compiler');
  expect(await installEngine(cpu)).toMatchObject({ ownKernels: { state: 'missing' } });
});

async function removeKernels(cache: string): Promise<void> {
  const names = await readdir(join(cache, 'engine'));
  const kernels = names.filter((name) => name.startsWith('kernels-'));
  expect(kernels).toHaveLength(1);
  await rm(join(cache, 'engine', kernels[0] ?? ''), { recursive: true });
}
