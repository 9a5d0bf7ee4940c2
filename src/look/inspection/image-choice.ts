import type { DatasetFacts } from '../../datasets/facts.js';
import { countLabels, type LabelledImages, pickImages } from '../../datasets/labelled-images.js';
import { UserError } from '../../user-error.js';
import type { InspectedStage } from './inspect-pipeline.js';

/** Enough for a share to be right to some percent, and applied in a fraction of a second. */
const mostImages = 500;

/** Values that one place of the pipeline may have in memory: 32 MB. */
const mostValues = 8_000_000;

/** Returns how many images to measure a pipeline on: fewer where a stage makes them large. */
export function sampleCountFor(
  { shape }: Pick<DatasetFacts, 'shape'>,
  stages: readonly InspectedStage[],
): number {
  const shapes = [shape, ...stages.map(({ outputShape }) => outputShape)];
  const largest = Math.max(
    ...shapes.map(({ height, width, channels }) => height * width * channels),
  );
  return Math.max(10, Math.min(mostImages, Math.floor(mostValues / largest)));
}

/** Images of the training set and their places in it. */
export interface ChosenImages {
  readonly indices: readonly number[];
  readonly images: LabelledImages;
}

/** Takes the first images of each class, class after class in turns, `count` in all. */
export function chooseImages(train: LabelledImages, count: number): ChosenImages {
  const places = countLabels(train.labels).map((): number[] => []);
  for (const [index, label] of train.labels.entries()) places[label]?.push(index);
  const indices: number[] = [];
  for (let turn = 0; indices.length < Math.min(count, train.count); turn++) {
    const next = places.flatMap((place) => place.slice(turn, turn + 1));
    indices.push(...next.slice(0, count - indices.length));
  }
  return { indices, images: pickImages(train, indices) };
}

/**
 * Takes training images by their places.
 * @throws UserError if there are fewer images.
 */
export function chooseIndices(train: LabelledImages, indices: readonly number[]): ChosenImages {
  const missing = indices.find((index) => index >= train.count);
  if (missing !== undefined) {
    throw new UserError(`There is no training image ${missing}: there are ${train.count}.`, {
      hint: `give places from 0 to ${train.count - 1}.`,
    });
  }
  return { indices, images: pickImages(train, indices) };
}
