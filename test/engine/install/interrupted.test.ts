import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, expect, test, vi } from 'vitest';
import { findEngine, installEngine } from '../../../src/engine/install/engine.js';
import { silentProgress } from '../../../src/progress.js';
import { startFakeSite } from './fake-site.js';

afterEach(() => void vi.unstubAllEnvs());

const engineModule = pathToFileURL('dist/engine/install/engine.js').href;

/** Installs the engine, and dies without a chance to clean up when it reports what the first argument names. */
const program = `
  const { installEngine } = await import('${engineModule}');
  const dieAt = process.argv[1];
  const watch = (label) => {
    if (dieAt && label.startsWith(dieAt)) process.kill(process.pid, 'SIGKILL');
  };
  const start = (label) => ({ update: () => watch(label), stop() {} });
  await installEngine({ device: 'cpu', progress: { start, note: watch } });
`;

/** Runs the built program in a process of its own; resolves with what ended it. */
async function runInstall(dieAt = ''): Promise<number | string> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, dieAt], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [exitCode, signal] = (await once(child, 'close')) as [number | null, string | null];
  return exitCode ?? signal ?? '';
}

test.each([
  ['Fetching', 4],
  ['Unpacking', 2],
  ['Compiling', 2],
])(
  'killed while %s, it leaves nothing half-made, and the next one finishes',
  async (dieAt, requestCount) => {
    const { cache, requests } = await startFakeSite();
    expect(await runInstall(dieAt)).toBe('SIGKILL');
    expect(await findEngine('cpu')).toBeUndefined();
    await installEngine({ device: 'cpu', progress: silentProgress });
    expect(await findEngine('cpu')).toBeDefined();
    expect(requests).toHaveLength(requestCount);
    const names = await readdir(join(cache, 'engine'));
    expect(names.map((name) => name.replace(/-.*/, ''))).toEqual([
      'addon',
      'kernels',
      'tensorflow',
    ]);
  },
);

test('killed by its compiler, it leaves no addon', async () => {
  const { cache, root } = await startFakeSite({
    compilerLines: 'if [ -e "$0.kill" ]; then echo half > "$last"; kill -9 $PPID; exit; fi',
  });
  await writeFile(join(root, 'bin', 'fake-c++.kill'), '');
  expect(await runInstall()).toBe('SIGKILL');
  expect(await findEngine('cpu')).toBeUndefined();
  await rm(join(root, 'bin', 'fake-c++.kill'));
  expect(await runInstall()).toBe(0);
  expect((await readdir(join(cache, 'engine'))).filter((name) => name.startsWith('.'))).toEqual([]);
});

test('two processes at once fetch once and both end well', async () => {
  const { requests } = await startFakeSite();
  expect(await Promise.all([runInstall(), runInstall()])).toEqual([0, 0]);
  expect(requests).toHaveLength(2);
  expect(await findEngine('cpu')).toBeDefined();
});
