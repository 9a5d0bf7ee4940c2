import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { cacheFolder } from '../storage/cache-folder.js';
import { acquireLease } from '../storage/lease.js';
import { readSealedFolder, writeSealedFolder } from '../storage/sealed-folder.js';
import { DamagedFolderError } from '../storage/sealed-manifest.js';
import type { CorruptionSetting } from './corrupt-images.js';
import type { Severity } from './corruption.js';
import type { PixelShape } from './image.js';
import { corruptionsVersion } from './list.js';
import { readNpyImages, requireNpyLabels } from './npy.js';
import type { CorruptionSelection } from './selection.js';
import { startCorruptionWorkers } from './workers.js';

/** Test images that are to be corrupted. */
export interface CleanImages {
  /** Shape: uint8 [N, H, W, C]. */
  readonly images: Uint8Array;
  readonly labels: Uint8Array | Uint16Array;
  readonly count: number;
  readonly shape: PixelShape;
}

/** All images at one severity of one corruption. */
export interface CorruptedSet {
  readonly kind: string;
  readonly severity: Severity;
  /** Shape: uint8 [N, H, W, C]. */
  readonly images: Uint8Array;
}

/**
 * Gives the corrupted images that a selection asks for, set by set: from the published files, from the user's cache
 * folder, or made on so many threads and then kept there, sealed.
 * @throws UserError (data, storage)
 */
export async function* readCorruptedSets(
  clean: CleanImages,
  selection: CorruptionSelection,
  threads: number,
): AsyncGenerator<CorruptedSet> {
  const { kinds, severities, seed, npy } = selection;
  if (npy !== undefined) await requireNpyLabels(npy, clean.labels);
  const store = npy === undefined ? openStore(clean, threads) : undefined;
  try {
    for (const name of kinds) {
      for (const severity of severities) {
        const images = store
          ? await store.take({ name, severity, seed })
          : await readNpyImages({ ...clean, folder: npy as string, name, severity });
        yield { kind: name, severity, images };
      }
    }
  } finally {
    await store?.close();
  }
}

/** The kind of a sealed folder with corrupted images. */
const sealedKind = 'corrupted images';

/** Threads start with the first set that is not there. */
function openStore(clean: CleanImages, threads: number) {
  const source = createHash('sha256').update(clean.images).digest('hex');
  const folder = join(cacheFolder(), 'corruptions', `${corruptionsVersion}-${source.slice(0, 12)}`);
  let workers: ReturnType<typeof startCorruptionWorkers> | undefined;
  const make = async (path: string, key: string, setting: CorruptionSetting) => {
    const lease = await acquireLease(folder);
    try {
      const made = await readKept(path, key);
      if (made) return made;
      workers ??= startCorruptionWorkers(clean.images, { shape: clean.shape, threads });
      const images = await workers.corrupt(setting);
      await writeSealedFolder(path, { kind: sealedKind, key, files: { 'images.bin': images } });
      return images;
    } finally {
      await lease.release();
    }
  };
  return {
    async take(setting: CorruptionSetting): Promise<Uint8Array> {
      const { name, severity, seed } = setting;
      const path = join(folder, `${name}-${severity}-seed${seed}`);
      const { height, width, channels } = clean.shape;
      const key = [
        corruptionsVersion,
        source,
        height,
        width,
        channels,
        name,
        severity,
        seed,
      ].join();
      return (await readKept(path, key)) ?? (await make(path, key, setting));
    },
    close: async () => await workers?.close(),
  };
}

/** Nothing where they are not there, or not as they were written. */
async function readKept(path: string, key: string): Promise<Uint8Array | undefined> {
  try {
    const files = await readSealedFolder(path, { kind: sealedKind, key });
    return files.get('images.bin');
  } catch (error) {
    if (error instanceof DamagedFolderError) return undefined;
    throw error;
  }
}
