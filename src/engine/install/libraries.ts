import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../../storage/cache-folder.js';
import type { Device } from '../device.js';

/** A TensorFlow to compile against and to load. */
export interface Libraries {
  readonly version: string;
  /** What they can compute on; whether a GPU is there shows when they are loaded. */
  readonly device: Device;
  /** The folder of the shared libraries. */
  readonly folder: string;
  /** The library with the C API beside libtensorflow_framework.so.2. */
  readonly mainLibrary: string;
  readonly includeFolder: string;
  /** Changes when the files change: part of the addon's name. */
  readonly identity: string;
  /** The user's own, outside of the cache folder. */
  readonly foreign: boolean;
}

/** The TensorFlow that prep-lab brings. */
export const tensorflowVersion = '2.21.0';

export const frameworkLibrary = 'libtensorflow_framework.so.2';

/** What the addon's sources include, directly or not: found by compiling against nothing else. */
export const headers = [
  'tensorflow/c/c_api.h',
  'tensorflow/c/c_api_macros.h',
  'tensorflow/c/tf_attrtype.h',
  'tensorflow/c/tf_buffer.h',
  'tensorflow/c/tf_datatype.h',
  'tensorflow/c/tf_status.h',
  'tensorflow/c/tf_tensor.h',
  'tensorflow/c/tf_tstring.h',
  'tensorflow/c/eager/c_api.h',
  'tensorflow/core/platform/ctstring.h',
  'tensorflow/core/platform/ctstring_internal.h',
  'tsl/platform/ctstring.h',
  'tsl/platform/ctstring_internal.h',
  'xla/tsl/c/tsl_status.h',
] as const;

/** Returns the folder of all engines: `engine` in the cache folder. */
export function engineFolder(): string {
  return join(cacheFolder(), 'engine');
}

/** Returns where the libraries for a device have their place. */
export function librariesFolder(device: Device): string {
  return join(engineFolder(), `tensorflow-${tensorflowVersion}-${device}-${process.arch}`);
}

/** Returns the installed libraries that can serve a device: those for a GPU also compute on the CPU. */
export async function findLibraries(device: Device): Promise<Libraries | undefined> {
  const devices: readonly Device[] = device === 'gpu' ? ['gpu'] : ['cpu', 'gpu'];
  for (const candidate of devices) {
    const libraries = describeLibraries(candidate);
    if (await isFile(join(libraries.folder, libraries.mainLibrary))) return libraries;
  }
  return undefined;
}

/** Describes the libraries in their place in the cache folder, whether they are there or not. */
export function describeLibraries(device: Device): Libraries {
  const folder = join(librariesFolder(device), 'tensorflow');
  return {
    version: tensorflowVersion,
    device,
    folder,
    mainLibrary: 'libtensorflow_cc.so.2',
    includeFolder: join(folder, 'include'),
    identity: `${tensorflowVersion}-${device}`,
    foreign: false,
  };
}

/** Tells whether there is a file, or a link to one. */
export async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
