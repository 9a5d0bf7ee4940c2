import { isDeepStrictEqual } from 'node:util';
import type { TrainedArm } from '../../analysis/findings/trained-arm.js';
import type { Dataset } from '../../datasets/dataset.js';
import type { DatasetOptions } from '../../datasets/dataset-options.js';
import { type DatasetFacts, factsOf, nameClass } from '../../datasets/facts.js';
import {
  type ClassLabels,
  type LabelledImages,
  takeBalanced,
} from '../../datasets/labelled-images.js';
import { encodePng } from '../../drawing/bitmap.js';
import type { DoneTrial } from '../../results/result.js';
import { readPredictions } from '../../runner/store/predictions.js';
import { renderList } from '../../text/quantities.js';
import type { ConfusedPair, Evidence, Mistakes, Picture } from '../html/evidence.js';

/** Reads a data set; nothing where it is not here. */
export type DataReader = (options: DatasetOptions) => Promise<Dataset | undefined>;

/** Finds what each arm's lowest seed gets wrong, by the predictions in the results folder. */
export async function collectMistakes(
  arms: readonly TrainedArm[],
  { folder, readData }: { readonly folder: string; readonly readData: DataReader },
): Promise<Pick<Evidence, 'mistakes' | 'missingMistakes'>> {
  const mistakes = new Map<string, Mistakes>();
  const missing: string[] = [];
  for (const { name, trials } of arms) {
    const trial = trials.reduce((a, b) => (b.seed < a.seed ? b : a));
    const data = await readData(trial.experiment.dataset);
    const found = data && (await readMistakes(trial, folder, data));
    if (found) mistakes.set(name, found);
    else missing.push(name);
  }
  return { mistakes, missingMistakes: missing.length > 0 ? [explain(missing)] : [] };
}

async function readMistakes(
  trial: DoneTrial,
  folder: string,
  data: Dataset,
): Promise<Mistakes | undefined> {
  if (!isDeepStrictEqual(trial.dataSha256, data.sha256)) return undefined;
  const { testLimit } = trial.experiment.dataset;
  const test = testLimit === undefined ? data.test : takeBalanced(data.test, testLimit);
  const predicted = test.count === trial.imageCounts.test && (await readPredictions(folder, trial));
  return predicted
    ? { seed: trial.seed, ...findMistakes(test, predicted, factsOf(trial.experiment.dataset)) }
    : undefined;
}

function explain(names: readonly string[]): string {
  return `There are no predictions of ${renderList(names)}: an earlier prep-lab made the results, or the trials' own folders are not beside results.json.`;
}

/** Pairs of classes that are shown, and images of each. */
const pairCount = 6;
const exampleCount = 4;

/** Returns what is taken for what, the most frequent mistakes first. `predicted`: a class for each image. */
export function findMistakes(
  test: LabelledImages,
  predicted: ClassLabels,
  facts: Pick<DatasetFacts, 'classNames' | 'shape'>,
): Omit<Mistakes, 'seed'> {
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
      const names = { truth: nameClass(facts, truth), predicted: nameClass(facts, answer) };
      const examples = images.slice(0, exampleCount).map((index) => ({
        ...drawImage(test, index, facts.shape),
        alt: `Test image ${index}: ${names.truth}, taken for ${names.predicted}`,
      }));
      return { ...names, count: images.length, examples };
    }),
  };
}

function drawImage(
  { images }: LabelledImages,
  index: number,
  { width, height, channels }: DatasetFacts['shape'],
): Omit<Picture, 'alt'> {
  const size = width * height * channels;
  const image = images.slice(index * size, (index + 1) * size);
  const pixels = new Uint8Array(width * height * 4).fill(255);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const start = channels * pixel;
    const values = image.subarray(start, start + channels);
    const [red = 0, green = red, blue = red] = values;
    pixels.set([red, green, blue], 4 * pixel);
  }
  const png = encodePng({ width, height, pixels });
  return { png, width, height };
}
