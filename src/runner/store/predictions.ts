import { basename, join } from 'node:path';
import type { ClassLabels } from '../../datasets/labelled-images.js';
import type { DoneTrial } from '../../results/result.js';
import { readSealedFolder } from '../../storage/sealed-folder.js';
import { DamagedFolderError } from '../../storage/sealed-manifest.js';
import { resultKind } from './trial-store.js';

function fromBytes(bytes: Uint8Array, count: number): ClassLabels | undefined {
  if (bytes.length === count) return bytes;
  return bytes.length === 2 * count ? new Uint16Array(Uint8Array.from(bytes).buffer) : undefined;
}

/**
 * Reads the class that a trial's network gave each test image, in the order of its test images; nothing where the folder
 * has none of that trial, or none that is intact.
 */
export async function readPredictions(
  folder: string,
  { id, key, imageCounts }: Pick<DoneTrial, 'id' | 'key' | 'imageCounts'>,
): Promise<ClassLabels | undefined> {
  // Results may come from anybody: their ids must not lead out of the folder.
  if (basename(id) !== id || id === '..') return undefined;
  try {
    const files = await readSealedFolder(join(folder, id, 'result'), { kind: resultKind, key });
    const predicted = files.get('predictions.bin');
    return predicted && fromBytes(predicted, imageCounts.test);
  } catch (error) {
    if (error instanceof DamagedFolderError) return undefined;
    throw error;
  }
}
