import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test, vi } from 'vitest';
import { chooseWheel, findOffer, parseOffers } from '../../../src/engine/install/package-index.js';
import { platformTags } from '../../../src/engine/install/wheel-name.js';
import { exitCodes } from '../../../src/user-error.js';
import { startFileServer } from '../../storage/file-server.js';

const [platform = ''] = platformTags();
const url = 'https://index.example/simple/cublas/';

function offered(file: string, more: object = {}) {
  return { filename: file, url: `../../files/${file}`, hashes: { sha256: 'aa' }, ...more };
}

test('chooses the newest fitting wheel that runs here', () => {
  const answer = {
    files: [
      offered(`cublas-12.9.0-py3-none-${platform}.whl`),
      offered(`cublas-12.10.1-py3-none-${platform}.whl`, { size: 7 }),
      offered(`cublas-12.11.0-py3-none-win_amd64.whl`),
      offered(`cublas-12.12.0-cp312-cp312-${platform}.whl`),
      offered(`cublas-12.13.0-py3-none-${platform}.whl`, { yanked: 'broken' }),
      offered(`cublas-12.14.0-py3-none-${platform}.whl`, { hashes: {} }),
      offered(`cublas-12.15.0rc1-py3-none-${platform}.whl`),
      offered(`cublas-13.0.0-py3-none-${platform}.whl`),
      offered('cublas-12.16.0.tar.gz'),
    ],
  };
  const file = `cublas-12.10.1-py3-none-${platform}.whl`;
  const requirement = { name: 'cublas', versions: '<13.0,>=12.5' };
  expect(chooseWheel(parseOffers(answer, url), requirement)).toEqual({
    file,
    url: `https://index.example/files/${file}`,
    sha256: 'aa',
    bytes: 7,
  });
});

test('refuses an answer that is no list of files', () => {
  expect(() => parseOffers({ meta: {} }, url)).toThrow(
    `${url} must answer with a list of files, received something else.`,
  );
});

test('says so when no wheel fits', async () => {
  const server = await startFileServer((response) => response.end('{"files":[]}'));
  const index = new URL('/', server.url).href;
  vi.stubEnv('PREP_LAB_INDEX', index);
  await expect(findOffer({ name: 'Cu_Blas', versions: '==1.0' })).rejects.toMatchObject({
    message: `${index}cu-blas/ offers no wheel of "Cu_Blas==1.0" for ${process.platform} on ${process.arch}.`,
    exitCode: exitCodes.engine,
  });
  vi.unstubAllEnvs();
});

test('says that neither pip nor the network helped', async () => {
  const index = `http://127.0.0.1:${await closedPort()}/simple`;
  vi.stubEnv('PREP_LAB_INDEX', index);
  await expect(findOffer({ name: 'tensorflow', versions: '' })).rejects.toMatchObject({
    message: `pip was not found, and ${index}/tensorflow/ cannot be read (ECONNREFUSED).`,
    hint: 'Check the network and the proxy, or install pip, which knows both; or give a TensorFlow of your own: prep-lab setup --tensorflow FOLDER.',
    exitCode: exitCodes.engine,
  });
  vi.unstubAllEnvs();
});

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
