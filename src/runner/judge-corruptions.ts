import { readCorruptedSets } from '../corruptions/corrupted-sets.js';
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
  onSet?(judged: JudgedSets): void;
}

/** How many sets of corrupted images a network has been judged on: one is a severity of a corruption, or a part of it. */
export interface JudgedSets {
  readonly done: number;
  readonly all: number;
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
  const predictor = createPredictor({ ...options, count: chosen.count });
  const imagesAPart = predictor.wholeBatches(mostPartBytes);
  const turns = createTurns(shouldStop);
  const right = new Map(selection.kinds.map((kind) => [kind, selection.severities.map(() => 0)]));
  const all = selection.kinds.length * selection.severities.length;
  const parts = Math.ceil(chosen.count / imagesAPart);
  const clean = { ...chosen, shape: imageShape };
  let done = 0;
  try {
    for await (const set of readCorruptedSets(clean, selection, { threads, imagesAPart })) {
      const predicted = await predictor.predict(set.images, turns);
      if (!predicted || shouldStop?.()) return undefined;
      const counts = right.get(set.kind) as number[];
      const place = selection.severities.indexOf(set.severity);
      const labels = chosen.labels.subarray(set.first, set.first + predicted.length);
      counts[place] = (counts[place] as number) + countRight(predicted, labels);
      done++;
      onSet?.({ done, all: parts * all });
    }
  } finally {
    predictor.dispose();
  }
  return createResult(selection, { right, imageCount: chosen.count });
}

/** All of CIFAR-10's test images are one part. */
const mostPartBytes = 32 * 1024 * 1024;

function createResult(
  selection: CorruptionSelection,
  found: { readonly right: ReadonlyMap<string, number[]>; readonly imageCount: number },
): CorruptionResult {
  const kinds = selection.kinds.map((name) => ({
    name,
    isHeldOut: findCorruption(name)?.isHeldOut ?? false,
    accuracies: (found.right.get(name) ?? []).map((count) => count / found.imageCount),
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

function countRight(predicted: ClassLabels, labels: ClassLabels): number {
  let right = 0;
  for (const [index, label] of predicted.entries()) if (label === labels[index]) right++;
  return right;
}
