import type { TrainedArm } from '../../analysis/findings/trained-arm.js';
import {
  cifar10ClassNames,
  cifar10Shape,
  imageByteCount,
  type LabelledImages,
} from '../../cifar10/cifar10.js';
import { type Cifar10, takeBalanced } from '../../cifar10/dataset.js';
import { encodePng } from '../../drawing/bitmap.js';
import type { DoneTrial } from '../../results/result.js';
import { readPredictions } from '../../runner/store/predictions.js';
import { renderList } from '../../text/quantities.js';
import type { ConfusedPair, Evidence, Mistakes, Picture } from '../html/evidence.js';

const testFile = 'test_batch.bin';

/** Finds what each arm's lowest seed gets wrong, by the predictions in the results folder. */
export async function collectMistakes(
  arms: readonly TrainedArm[],
  { folder, data }: { readonly folder: string; readonly data: Cifar10 },
): Promise<Pick<Evidence, 'mistakes' | 'missingMistakes'>> {
  const mistakes = new Map<string, Mistakes>();
  const missing: string[] = [];
  for (const { name, trials } of arms) {
    const trial = trials.reduce((a, b) => (b.seed < a.seed ? b : a));
    const found = await readMistakes(trial, folder, data);
    if (found) mistakes.set(name, found);
    else missing.push(name);
  }
  return { mistakes, missingMistakes: missing.length > 0 ? [explain(missing)] : [] };
}

async function readMistakes(
  trial: DoneTrial,
  folder: string,
  data: Cifar10,
): Promise<Mistakes | undefined> {
  if (trial.dataSha256[testFile] !== data.sha256[testFile]) return undefined;
  const { testLimit } = trial.experiment.dataset;
  const test = testLimit === undefined ? data.test : takeBalanced(data.test, testLimit);
  const predicted = test.count === trial.imageCounts.test && (await readPredictions(folder, trial));
  return predicted ? { seed: trial.seed, ...findMistakes(test, predicted) } : undefined;
}

function explain(names: readonly string[]): string {
  return `There are no predictions of ${renderList(names)}: an earlier prep-lab made the results, or the trials' own folders are not beside results.json.`;
}

/** Pairs of classes that are shown, and images of each. */
const pairCount = 6;
const exampleCount = 4;

/** Returns what is taken for what, the most frequent mistakes first. `predicted`: a class for each image. */
export function findMistakes(test: LabelledImages, predicted: Uint8Array): Omit<Mistakes, 'seed'> {
  const pairs = new Map<string, { truth: number; answer: number; images: number[] }>();
  for (const [index, truth] of test.labels.entries()) {
    const answer = predicted[index] ?? truth;
    if (answer === truth) continue;
    const name = `${truth} ${answer}`;
    const pair = pairs.get(name) ?? { truth, answer, images: [] };
    pairs.set(name, pair);
    pair.images.push(index);
  }
  const ranked = [...pairs.values()].sort((a, b) => b.images.length - a.images.length);
  return {
    wrongCount: ranked.reduce((sum, { images }) => sum + images.length, 0),
    testCount: test.count,
    pairs: ranked.slice(0, pairCount).map(({ truth, answer, images }): ConfusedPair => {
      const names = { truth: nameClass(truth), predicted: nameClass(answer) };
      const examples = images.slice(0, exampleCount).map((index) => drawImage(test, index, names));
      return { ...names, count: images.length, examples };
    }),
  };
}

function nameClass(label: number): string {
  return cifar10ClassNames[label] ?? `class ${label}`;
}

function drawImage(
  { images }: LabelledImages,
  index: number,
  { truth, predicted }: { readonly truth: string; readonly predicted: string },
): Picture {
  const { width, height } = cifar10Shape;
  const from = index * imageByteCount;
  const pixels = new Uint8Array(width * height * 4).fill(255);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const rgb = images.subarray(from + 3 * pixel, from + 3 * pixel + 3);
    pixels.set(rgb, 4 * pixel);
  }
  const png = encodePng({ width, height, pixels });
  const alt = `Test image ${index}: ${truth}, taken for ${predicted}`;
  return { png, width, height, alt };
}
