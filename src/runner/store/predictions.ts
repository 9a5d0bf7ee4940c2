import { basename, join } from 'node:path';
import { type ClassLabels, labelsFromBytes } from '../../datasets/labelled-images.js';
import type { DoneTrial } from '../../results/result.js';
import { readSealedFolder } from '../../storage/sealed-folder.js';
import { DamagedFolderError } from '../../storage/sealed-manifest.js';
import { resultKind } from './trial-store.js';

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
    return predicted && labelsFromBytes(predicted, imageCounts.test);
  } catch (error) {
    if (error instanceof DamagedFolderError) return undefined;
    throw error;
  }
}
