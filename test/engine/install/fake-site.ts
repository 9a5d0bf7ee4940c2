import { createHash } from 'node:crypto';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { vi } from 'vitest';
import { headers } from '../../../src/engine/install/libraries.js';
import { tensorflowPackage } from '../../../src/engine/install/libraries-install.js';
import { platformTags } from '../../../src/engine/install/wheel-name.js';
import { sendRest, startFileServer } from '../../storage/file-server.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { type Members, makeWheel } from './fake-wheel.js';

/** A machine with nothing on it but a package index and a compiler, both tiny stand-ins, and an empty cache folder. */
export interface FakeSite {
  readonly root: string;
  readonly cache: string;
  /** The requests that the index got so far, by path. */
  readonly requests: string[];
  /** Every call of the compiler adds a line to this file. */
  readonly compilerLog: string;
  readonly environment: Readonly<Record<string, string>>;
}

export interface SiteOptions {
  /** Wheels by package name; TensorFlow's for the CPU if not given. */
  readonly wheels?: Readonly<Record<string, Buffer>>;
  /** What the files' server sends instead of the wheel that the index announces. */
  readonly tampered?: Buffer;
  /** Shell lines that the compiler runs before it writes its output. */
  readonly compilerLines?: string;
}

/** Sets such a machine up in this process' environment. Undo it with `vi.unstubAllEnvs()`. */
export async function startFakeSite(options: SiteOptions = {}): Promise<FakeSite> {
  const root = await temporaryFolder();
  const compilerLog = join(root, 'compiler.log');
  const { url, requests } = await startIndex(options);
  const programs = join(root, 'bin');
  await mkdir(programs);
  const environment = {
    PREP_LAB_CACHE: join(root, 'cache'),
    PREP_LAB_INDEX: url,
    PREP_LAB_TENSORFLOW: '',
    CXX: await writeCompiler(programs, compilerLog, options.compilerLines ?? ''),
    // Neither pip nor nvidia-smi.
    PATH: programs,
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  return { root, cache: environment.PREP_LAB_CACHE, requests, compilerLog, environment };
}

/** The members of a TensorFlow wheel that the engine needs, each with its own path as content, and one more. */
export function tensorflowMembers(more: Members = {}): Members {
  const paths = [
    'tensorflow/libtensorflow_cc.so.2',
    'tensorflow/libtensorflow_framework.so.2',
    'tensorflow/python/__init__.py',
    ...headers.map((header) => `tensorflow/include/${header}`),
  ];
  return { ...Object.fromEntries(paths.map((path) => [path, path])), ...more };
}

async function startIndex({ wheels, tampered }: SiteOptions) {
  const offers = wheels ?? { [tensorflowPackage('cpu')]: makeWheel(tensorflowMembers()) };
  const requests: string[] = [];
  const server = await startFileServer((response, { request, start }) => {
    const [, kind, name = ''] = (request.url ?? '').split('/');
    requests.push(request.url ?? '');
    const wheel = offers[name];
    if (!wheel) response.writeHead(404).end();
    else if (kind === 'simple') response.end(JSON.stringify(listing(name, wheel)));
    else sendRest(response, tampered ?? wheel, start);
  });
  return { url: new URL('/simple', server.url).href, requests };
}

function listing(name: string, wheel: Buffer): object {
  const [platform] = platformTags();
  const filename = `${name.replaceAll('-', '_')}-2.21.0-cp311-cp311-${platform}.whl`;
  const sha256 = createHash('sha256').update(wheel).digest('hex');
  return { files: [{ filename, url: `/files/${name}`, hashes: { sha256 }, size: wheel.length }] };
}

async function writeCompiler(folder: string, log: string, lines: string): Promise<string> {
  const path = join(folder, 'fake-c++');
  const script = `#!/bin/sh
[ "$1" = --version ] && { echo 'fake 1.0'; exit 0; }
echo "$*" >> '${log}'
for last; do :; done
${lines}
echo built > "$last"
`;
  await writeFile(path, script);
  await chmod(path, 0o755);
  return path;
}
