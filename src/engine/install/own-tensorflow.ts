import { readFile, realpath, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../../storage/make-folder.js';
import { replaceFile } from '../../storage/sync.js';
import { exitCodes, UserError } from '../../user-error.js';
import type { Device } from '../device.js';
import { engineFolder, frameworkLibrary, headers, isFile, type Libraries } from './libraries.js';

/**
 * Returns the folder of a TensorFlow that the user wants instead of prep-lab's: `PREP_LAB_TENSORFLOW`, else what
 * `prep-lab setup --tensorflow` remembered.
 */
export async function ownTensorFlowFolder(): Promise<string | undefined> {
  const fromEnvironment = process.env.PREP_LAB_TENSORFLOW;
  if (fromEnvironment) return fromEnvironment;
  const remembered = await readFile(rememberedPath(), 'utf8').catch(() => '');
  return remembered.trim() || undefined;
}

/** Makes later runs use the TensorFlow in a folder. @throws UserError (storage) */
export async function rememberOwnTensorFlow(folder: string): Promise<void> {
  await makeFolder(engineFolder());
  await replaceFile(rememberedPath(), `${folder}\n`);
}

/** Makes later runs use prep-lab's own TensorFlow again. */
export async function forgetOwnTensorFlow(): Promise<void> {
  await rm(rememberedPath(), { force: true });
}

function rememberedPath(): string {
  return join(engineFolder(), 'own-tensorflow');
}

/**
 * Tells the TensorFlow in a folder from others without loading it: its version, where it says one, and the size of its
 * library, which another build hardly shares.
 * @throws UserError (engine) if a file that is needed is not there.
 */
export async function identifyOwnTensorFlow(folder: string, device: Device): Promise<string> {
  const libraries = await readOwnLibraries(folder, device);
  const { size } = await stat(join(libraries.folder, libraries.mainLibrary));
  return `${libraries.version}, ${libraries.mainLibrary} of ${size} bytes`;
}

/**
 * Describes the TensorFlow in a folder: pip's site-packages/tensorflow, or an unpacked libtensorflow archive.
 * @throws UserError (engine) if a file that is needed is not there.
 */
export async function readOwnLibraries(folder: string, device: Device): Promise<Libraries> {
  const found = await findLayout(folder);
  if (!found) {
    throw new UserError(
      `"${folder}" must hold a TensorFlow: ${frameworkLibrary}, libtensorflow_cc.so.2 or libtensorflow.so.2, and include/tensorflow/c/c_api.h were not all found.`,
      {
        hint: 'Name the folder "tensorflow" in pip\'s site-packages, or an unpacked libtensorflow archive; "prep-lab setup" alone goes back to prep-lab\'s own.',
        exitCode: exitCodes.engine,
      },
    );
  }
  const { size, mtimeMs } = await stat(join(found.folder, found.mainLibrary));
  return {
    ...found,
    version: await readVersion(found.includeFolder),
    device,
    identity: JSON.stringify([found.folder, found.mainLibrary, size, mtimeMs]),
    foreign: true,
  };
}

type Layout = Pick<Libraries, 'folder' | 'mainLibrary' | 'includeFolder'>;

async function findLayout(given: string): Promise<Layout | undefined> {
  const root = await realpath(given).catch(() => given);
  const includeFolder = join(root, 'include');
  if (!(await isFile(join(includeFolder, headers[0])))) return undefined;
  for (const folder of [root, join(root, 'lib')]) {
    if (!(await isFile(join(folder, frameworkLibrary)))) continue;
    for (const mainLibrary of ['libtensorflow_cc.so.2', 'libtensorflow.so.2']) {
      if (await isFile(join(folder, mainLibrary))) return { folder, mainLibrary, includeFolder };
    }
  }
  return undefined;
}

/** The version is in a header that not every TensorFlow brings; the loaded library tells it in any case. */
async function readVersion(includeFolder: string): Promise<string> {
  for (const file of ['release_version.h', 'version.h']) {
    const path = join(includeFolder, 'tensorflow/core/public', file);
    const text = await readFile(path, 'utf8').catch(() => '');
    const numbers = ['MAJOR', 'MINOR', 'PATCH'].map(
      (part) => new RegExp(`#define TF_${part}_VERSION (\\d+)`).exec(text)?.[1],
    );
    if (numbers.every((number) => number !== undefined)) return numbers.join('.');
  }
  return 'unknown';
}
