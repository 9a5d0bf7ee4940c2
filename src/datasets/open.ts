import type { Progress } from '../progress.js';
import { exitCodes, UserError } from '../user-error.js';
import type { Dataset } from './dataset.js';
import { type DatasetFiles, type DatasetOptions, isOfFiles } from './dataset-options.js';
import { findDecoded, readDecoded } from './files/decoded.js';
import { findNamed } from './named/list.js';

/** Returns a text that is the same for the same images, whatever their limits. */
export function identifyDataset(options: DatasetOptions): string {
  return isOfFiles(options) ? (options.found?.sha256 ?? options.path) : options.name;
}

/**
 * Finds the folder with an experiment's images; published ones in `dataFolder` if given.
 * @throws UserError (data) if the given folder is unusable.
 */
export async function findDataset(
  options: DatasetOptions,
  dataFolder?: string,
): Promise<string | undefined> {
  if (isOfFiles(options)) return findDecoded(options);
  return (await findNamed(options).find(dataFolder))?.folder;
}

/**
 * Returns the folder with an experiment's images, checked; published ones are fetched if need be.
 * @throws UserError (data, storage)
 */
export async function fetchDataset(
  options: DatasetOptions,
  setting: { readonly dataFolder?: string | undefined; readonly progress: Progress },
): Promise<string> {
  if (!isOfFiles(options)) return findNamed(options).fetch(setting);
  return (await findDecoded(options)) ?? failUndecoded(options);
}

/**
 * Does the same for all that experiments name, each once. Returns the folders by what identifies each data set.
 * @throws UserError (data, storage)
 */
export async function fetchDatasets(
  datasets: readonly DatasetOptions[],
  setting: { readonly dataFolder?: string | undefined; readonly progress: Progress },
): Promise<ReadonlyMap<string, string>> {
  const folders = new Map<string, string>();
  for (const dataset of datasets) {
    const identity = identifyDataset(dataset);
    if (!folders.has(identity)) folders.set(identity, await fetchDataset(dataset, setting));
  }
  return folders;
}

/** Decoding came before; who takes the cache away meanwhile gets this. */
function failUndecoded({ path }: DatasetFiles): never {
  throw new UserError(`The decoded images of "${path}" are not in the cache folder any more.`, {
    hint: 'give the same command again: they are decoded anew.',
    exitCode: exitCodes.data,
  });
}

/**
 * Reads a data set from the folder that {@link fetchDataset} or {@link findDataset} returned.
 * @throws UserError (data) if a file there is missing or altered.
 */
export async function readDataset(options: DatasetOptions, folder: string): Promise<Dataset> {
  return isOfFiles(options) ? readDecoded(options, folder) : findNamed(options).read(folder);
}

/** Makes a reader that keeps the data set it read last: experiments beside each other mostly share one. */
export function keepLast<Found extends Dataset | undefined>(
  read: (options: DatasetOptions) => Promise<Found>,
): (options: DatasetOptions) => Promise<Found> {
  let last: { readonly identity: string; readonly data: Promise<Found> } | undefined;
  return (options) => {
    const identity = identifyDataset(options);
    if (last?.identity !== identity) last = { identity, data: read(options) };
    return last.data;
  };
}
