import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';

const run = promisify(execFile);
const largest = { maxBuffer: 64e6 };

interface Tarball {
  readonly unpackedSize: number;
  readonly bundled: readonly string[];
  readonly files: readonly { readonly path: string }[];
}

let tarball: Tarball;
let paths: readonly string[] = [];

beforeAll(async () => {
  const { stdout } = await run('npm', ['pack', '--dry-run', '--json'], largest);
  [tarball] = JSON.parse(stdout);
  paths = tarball.files.map(({ path }) => path);
});

test('no package that comes along runs a script when it is installed', () => {
  const manifests = paths.filter((path) => /^node_modules\/.*[^/]*\/package\.json$/.test(path));
  expect(manifests.length).toBe(tarball.bundled.length);
  for (const path of manifests) {
    const { scripts = {}, name } = JSON.parse(readFileSync(path, 'utf8'));
    const run = ['preinstall', 'install', 'postinstall', 'prepare'].filter((key) => key in scripts);
    expect([name, ...run]).toEqual([name]);
  }
  expect(paths.filter((path) => path.endsWith('binding.gyp'))).toEqual([]);
});

test('each package that comes along has what it requires beside it', () => {
  for (const name of tarball.bundled) {
    const folder = `node_modules/${name}`;
    const {
      main = '',
      dependencies = {},
      types,
    } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
    for (const file of [main, types]) {
      if (file) expect(paths).toContain(join(folder, file));
    }
    for (const needed of Object.keys(dependencies)) expect(tarball.bundled).toContain(needed);
  }
});

test('what was not built or bundled is in git', async () => {
  const { stdout } = await run('git', ['ls-files'], largest);
  const known = new Set(stdout.split('\n'));
  const own = paths.filter((path) => !/^(dist|node_modules)\//.test(path));
  expect(own.filter((path) => !known.has(path))).toEqual([]);
});

/** A link may lead to a folder. */
function isPacked(target: string): boolean {
  const folder = `${target.replace(/\/$/, '')}/`;
  return paths.includes(target) || paths.some((path) => path.startsWith(folder));
}

test('each pattern of what it takes from results fits something', () => {
  const { files } = JSON.parse(readFileSync('package.json', 'utf8'));
  const [, folders = ''] = /results\/{(.*?)}/.exec(files.join('\n')) ?? [];
  expect(folders.split(',').filter((name) => !isPacked(`results/${name}`))).toEqual([]);
});

test('it holds what the examples of README name', () => {
  const named = readFileSync('README.md', 'utf8').matchAll(
    /\b(?:experiments|results|docs)\/[a-z0-9/.-]+[a-z0-9]/g,
  );
  const files = [...named].map(([path]) => path).filter((path) => existsSync(path));
  expect(files.filter((path) => !isPacked(path))).toEqual([]);
  expect(files.length).toBeGreaterThan(5);
});

interface LockedPackage {
  readonly dev?: boolean;
  readonly peer?: boolean;
  readonly inBundle?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
}

test('it is small, and so is what it needs', () => {
  expect(tarball.unpackedSize).toBeLessThan(19e6);
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
  const needed = Object.entries<LockedPackage>(packages);
  const fetched = needed.filter(
    ([path, { dev, inBundle, peer, os, cpu, libc }]) =>
      path !== '' &&
      !(dev || inBundle || peer) &&
      (os ?? ['linux']).includes('linux') &&
      (cpu ?? ['x64']).includes('x64') &&
      (libc ?? ['glibc']).includes('glibc'),
  );
  expect(fetched.length).toBeLessThanOrEqual(55);
});
