import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { cacheFolder } from '../storage/cache-folder.js';
import { acquireLease } from '../storage/lease.js';
import { readSealedFolder, writeSealedFolder } from '../storage/sealed-folder.js';
import { DamagedFolderError } from '../storage/sealed-manifest.js';
import type { CorruptionSetting } from './corrupt-images.js';
import type { Severity } from './corruption.js';
import { type PixelShape, valueCount } from './image.js';
import { corruptionsVersion } from './list.js';
import { readNpyImages, requireNpyLabels } from './npy.js';
import type { CorruptionSelection } from './selection.js';
import { startCorruptionWorkers } from './workers.js';

/** Test images that are to be corrupted, in memory or in a file. */
export interface CleanImages {
  /** Shape: uint8 [N, H, W, C]. */
  readonly images: { slice(start: number, end: number): Uint8Array };
  readonly labels: Uint8Array | Uint16Array;
  readonly count: number;
  readonly shape: PixelShape;
}

/** Images at one severity of one corruption: all, or a part of them. */
export interface CorruptedSet {
  readonly kind: string;
  readonly severity: Severity;
  /** Shape: uint8 [N, H, W, C]. */
  readonly images: Uint8Array;
  /** The place of the first of them among all. */
  readonly first: number;
}

/** How images are corrupted: in parts, so that no more of them than that are in memory. */
interface Setting {
  readonly threads: number;
  readonly imagesAPart: number;
}

/**
 * Gives the corrupted images that a selection asks for, part by part and set by set: from the published files, from the
 * user's cache folder, or made on so many threads and then kept there, sealed.
 * @throws UserError (data, storage)
 */
export async function* readCorruptedSets(
  clean: CleanImages,
  selection: CorruptionSelection,
  { threads, imagesAPart }: Setting,
): AsyncGenerator<CorruptedSet> {
  const { npy } = selection;
  if (npy !== undefined) await requireNpyLabels(npy, clean.labels);
  const { count, shape, images } = clean;
  const size = valueCount(shape);
  for (let first = 0; first < count; first += imagesAPart) {
    const end = Math.min(count, first + imagesAPart);
    const part = { images: images.slice(first * size, end * size), first, shape };
    yield* readSetsOfPart(part, selection, { threads, count });
  }
}

/** Images that lie beside each other. */
interface CleanPart {
  readonly images: Uint8Array;
  readonly first: number;
  readonly shape: PixelShape;
}

async function* readSetsOfPart(
  part: CleanPart,
  { kinds, severities, seed, npy }: CorruptionSelection,
  { threads, count }: { readonly threads: number; readonly count: number },
): AsyncGenerator<CorruptedSet> {
  const store = npy === undefined ? openStore(part, threads) : undefined;
  const { first, shape, images } = part;
  try {
    for (const name of kinds) {
      for (const severity of severities) {
        const corrupted = store
          ? await store.take({ name, severity, seed })
          : await readNpyImages({
              folder: npy as string,
              name,
              severity,
              count,
              shape,
              part: { first, length: images.length / valueCount(shape) },
            });
        yield { kind: name, severity, images: corrupted, first };
      }
    }
  } finally {
    await store?.close();
  }
}

/** The kind of a sealed folder with corrupted images. */
const sealedKind = 'corrupted images';

/** Threads start with the first set that is not there. */
function openStore(part: CleanPart, threads: number) {
  const { images, first, shape } = part;
  const source = createHash('sha256').update(images).digest('hex');
  const folder = join(cacheFolder(), 'corruptions', `${corruptionsVersion}-${source.slice(0, 12)}`);
  let workers: ReturnType<typeof startCorruptionWorkers> | undefined;
  const make = async (path: string, key: string, setting: CorruptionSetting) => {
    const lease = await acquireLease(folder);
    try {
      const made = await readKept(path, key);
      if (made) return made;
      workers ??= startCorruptionWorkers(part, threads);
      const corrupted = await workers.corrupt(setting);
      await writeSealedFolder(path, { kind: sealedKind, key, files: { 'images.bin': corrupted } });
      return corrupted;
    } finally {
      await lease.release();
    }
  };
  return {
    async take(setting: CorruptionSetting): Promise<Uint8Array> {
      const { name, severity, seed } = setting;
      const { height, width, channels } = shape;
      // What is drawn for an image follows from its place.
      const place = first === 0 ? [] : [`from${first}`];
      const path = join(folder, [name, severity, `seed${seed}`, ...place].join('-'));
      const sides = [height, width, channels];
      const key = [corruptionsVersion, source, ...sides, name, severity, seed, ...place].join();
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
