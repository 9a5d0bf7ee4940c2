import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Progress } from '../../progress.js';
import { freeBytes } from '../../storage/disk-space.js';
import { makeFolder } from '../../storage/make-folder.js';
import { asStorageError } from '../../storage/storage-error.js';
import { exitCodes, UserError } from '../../user-error.js';
import type { Device } from '../device.js';
import {
  describeLibraries,
  engineFolder,
  frameworkLibrary,
  headers,
  type Libraries,
  librariesFolder,
  tensorflowVersion,
} from './libraries.js';
import { pipFolderPrefix } from './pip.js';
import { placeFolder } from './place-folder.js';
import { parseExtra, type Requirement } from './requirement.js';
import { readMetadata, type Wheel, withWheel } from './wheel.js';
import { extractWheel } from './wheel-extract.js';
import { fetchWheel } from './wheel-fetch.js';

/** Refuses work that would fill the disk, before it starts. @throws UserError (storage) */
async function requireSpace(folder: string, bytes: number): Promise<void> {
  const free = await makeFolder(folder)
    .then(() => freeBytes(folder))
    .catch((error: unknown) => {
      throw asStorageError(error, folder);
    });
  if (free >= bytes) return;
  throw new UserError(
    `"${folder}" needs ${gigabytes(bytes)} of free space for the engine, but has ${gigabytes(free)}.`,
    {
      hint: 'Free some space, or name a folder on another disk in PREP_LAB_CACHE, and run the command again.',
      exitCode: exitCodes.storage,
    },
  );
}

/** Renders bytes for people, such as "1.3 GB". */
export function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

export interface LibrariesInstallation {
  readonly device: Device;
  readonly progress: Progress;
}

/**
 * Fetches TensorFlow's wheel (and NVIDIA's, for a GPU) and places the libraries in the cache folder. Finished wheels
 * are kept until all is in place, so that an interrupted set-up goes on from there. Call it under the engine's lock.
 * @throws UserError
 */
export async function installLibraries({
  device,
  progress,
}: LibrariesInstallation): Promise<Libraries> {
  const downloads = downloadsFolder();
  await requireSpace(engineFolder(), bytesNeeded[device]);
  const tensorflow = await fetchWheel({
    requirement: { name: tensorflowPackage(device), versions: `==${tensorflowVersion}` },
    folder: downloads,
    progress,
  });
  const wheels = [tensorflow];
  for (const requirement of device === 'gpu' ? await cudaRequirements(tensorflow) : []) {
    wheels.push(await fetchWheel({ requirement, folder: downloads, progress }));
  }
  await placeFolder(librariesFolder(device), async (folder) => {
    for (const wheel of wheels) await unpack(wheel, folder, progress);
  });
  await rm(downloads, { recursive: true, force: true });
  return describeLibraries(device);
}

/** Removes downloads that a killed set-up left half-done and that cannot be continued. */
export async function removeUnfinishedDownloads(): Promise<void> {
  const names = await readdir(downloadsFolder()).catch(() => []);
  for (const name of names.filter((name) => name.startsWith(pipFolderPrefix))) {
    await rm(join(downloadsFolder(), name), { recursive: true, force: true });
  }
}

/** There is no tensorflow-cpu for ARM: there, the wheel "tensorflow" is without CUDA. */
export function tensorflowPackage(device: Device, architecture: string = process.arch): string {
  return device === 'cpu' && architecture === 'x64' ? 'tensorflow-cpu' : 'tensorflow';
}

/** Tells whether a wheel's member is needed: two libraries, headers, and CUDA's libraries and device compiler. */
function isNeeded(path: string): boolean {
  return neededFiles.has(path) || cudaMember.test(path);
}

const neededFiles = new Set([
  'tensorflow/libtensorflow_cc.so.2',
  `tensorflow/${frameworkLibrary}`,
  ...headers.map((header) => `tensorflow/include/${header}`),
]);

/** TensorFlow's run path is `$ORIGIN/../nvidia/NAME/lib`; XLA looks for ptxas and libdevice in cuda_nvcc. */
const cudaMember =
  /^nvidia\/(?:[^/]+\/lib\/[^/]+\.so[.\d]*|cuda_nvcc\/(?:bin|nvvm\/libdevice)\/[^/]+)$/;

/** Wheels and libraries side by side, as they are for a moment, with a little room: 0.3 + 0.9 GB and 3.4 + 5.7 GB. */
const bytesNeeded: Readonly<Record<Device, number>> = { cpu: 1.3e9, gpu: 10e9 };

function downloadsFolder(): string {
  return join(engineFolder(), 'downloads');
}

function cudaRequirements(tensorflow: string): Promise<Requirement[]> {
  return read(tensorflow, async (wheel) => parseExtra(await readMetadata(wheel), 'and-cuda'));
}

function unpack(path: string, to: string, progress: Progress): Promise<void> {
  return read(path, (wheel) => extractWheel(wheel, { to, wants: isNeeded, progress }));
}

/** Reads a wheel; a damaged one is removed, so that the next set-up fetches it again. */
async function read<Result>(
  path: string,
  work: (wheel: Wheel) => Promise<Result>,
): Promise<Result> {
  try {
    return await withWheel(path, work);
  } catch (error) {
    const damaged = error instanceof UserError && error.exitCode === exitCodes.engine;
    if (damaged) await rm(path, { force: true });
    throw error;
  }
}
