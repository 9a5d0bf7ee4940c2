import { type CleanImages, readCorruptedSets } from '../corruptions/corrupted-sets.js';
import { findCorruption } from '../corruptions/list.js';
import { type CorruptionSelection, nameSet } from '../corruptions/selection.js';
import { type ClassLabels, takeBalanced } from '../datasets/labelled-images.js';
import { type CorruptionResult, meanCorruptionAccuracy } from '../results/corruption-accuracy.js';
import type { LabelledBytes } from '../training/image-table.js';
import { createPredictor, type PredictorOptions } from '../training/predictor.js';
import { createTurns } from '../training/turns.js';

export interface JudgeCorruptionsOptions extends Omit<PredictorOptions, 'count'> {
  /** The test images that the trial is judged on. */
  readonly test: LabelledBytes;
  readonly threads: number;
  shouldStop?(): boolean;
  /** Called after each set of images. */
  onSet?(done: number, all: number): void;
}

/**
 * Judges a trained network on corrupted test images. Returns nothing if it was told to stop.
 * @throws UserError (data, storage)
 */
export async function judgeCorruptions(
  selection: CorruptionSelection,
  options: JudgeCorruptionsOptions,
): Promise<CorruptionResult | undefined> {
  const { test, imageShape, threads, shouldStop, onSet } = options;
  const chosen = takeBalanced(test, selection.images ?? test.count);
  const clean: CleanImages = { ...chosen, images: chosen.images.slice(), shape: imageShape };
  const predictor = createPredictor({ ...options, count: clean.count });
  const turns = createTurns(shouldStop);
  const accuracies = new Map<string, number[]>();
  const all = selection.kinds.length * selection.severities.length;
  let done = 0;
  try {
    for await (const { kind, images } of readCorruptedSets(clean, selection, threads)) {
      const predicted = await predictor.predict(images, turns);
      if (!predicted || shouldStop?.()) return undefined;
      accuracies.set(kind, [...(accuracies.get(kind) ?? []), rightShare(predicted, clean.labels)]);
      done++;
      onSet?.(done, all);
    }
  } finally {
    predictor.dispose();
  }
  return createResult(selection, { accuracies, imageCount: clean.count });
}

function createResult(
  selection: CorruptionSelection,
  found: { readonly accuracies: ReadonlyMap<string, number[]>; readonly imageCount: number },
): CorruptionResult {
  const kinds = selection.kinds.map((name) => ({
    name,
    isHeldOut: findCorruption(name)?.isHeldOut ?? false,
    accuracies: found.accuracies.get(name) ?? [],
  }));
  return {
    set: nameSet(selection),
    seed: selection.npy === undefined ? selection.seed : 0,
    imageCount: found.imageCount,
    severities: [...selection.severities],
    accuracy: meanCorruptionAccuracy(kinds),
    kinds,
  };
}

function rightShare(predicted: ClassLabels, labels: ClassLabels): number {
  let right = 0;
  for (const [index, label] of predicted.entries()) if (label === labels[index]) right++;
  return right / predicted.length;
}
