import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import {
  identifyOwnTensorFlow,
  readOwnLibraries,
} from '../../../src/engine/install/own-tensorflow.js';
import { temporaryFolder } from '../../temporary-folder.js';

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await temporaryFolder();
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return folder;
}

test("reads pip's layout and the version in its headers", async () => {
  const folder = await folderWith({
    'libtensorflow_cc.so.2': '',
    'libtensorflow_framework.so.2': '',
    'include/tensorflow/c/c_api.h': '',
    'include/tensorflow/core/public/release_version.h':
      '#define TF_MAJOR_VERSION 2\n#define TF_MINOR_VERSION 18\n#define TF_PATCH_VERSION 1\n',
  });
  expect(await readOwnLibraries(folder, 'cpu')).toMatchObject({
    version: '2.18.1',
    folder,
    mainLibrary: 'libtensorflow_cc.so.2',
    includeFolder: join(folder, 'include'),
    foreign: true,
  });
});

test('reads the layout of a libtensorflow archive, which tells no version', async () => {
  const folder = await folderWith({
    'lib/libtensorflow.so.2': '',
    'lib/libtensorflow_framework.so.2': '',
    'include/tensorflow/c/c_api.h': '',
  });
  expect(await readOwnLibraries(folder, 'gpu')).toMatchObject({
    version: 'unknown',
    device: 'gpu',
    folder: join(folder, 'lib'),
    mainLibrary: 'libtensorflow.so.2',
  });
});

test('another build in the same folder is another identity', async () => {
  const files = { 'libtensorflow_framework.so.2': '', 'include/tensorflow/c/c_api.h': '' };
  const folder = await folderWith({ ...files, 'libtensorflow_cc.so.2': 'old' });
  const { identity } = await readOwnLibraries(folder, 'cpu');
  await writeFile(join(folder, 'libtensorflow_cc.so.2'), 'newer');
  expect((await readOwnLibraries(folder, 'cpu')).identity).not.toBe(identity);
});

test('a TensorFlow is told from others by its version and its size, wherever it lies', async () => {
  const files = { 'libtensorflow_framework.so.2': '', 'include/tensorflow/c/c_api.h': '' };
  const identify = async (library: string) =>
    identifyOwnTensorFlow(await folderWith({ ...files, 'libtensorflow_cc.so.2': library }), 'cpu');
  expect(await identify('old')).toBe('unknown, libtensorflow_cc.so.2 of 3 bytes');
  expect(await identify('old')).toBe(await identify('old'));
  expect(await identify('newer')).not.toBe(await identify('old'));
});
