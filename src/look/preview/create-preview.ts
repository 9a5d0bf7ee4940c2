import type { Dataset } from '../../datasets/dataset.js';
import { factsOf, nameClass } from '../../datasets/facts.js';
import type { Catalogue } from '../../experiment/catalogue.js';
import type { Experiment } from '../../experiment/experiment.js';
import { pixelRange } from '../../experiment/range-check.js';
import { selectTrialData } from '../../runner/prepare-trial.js';
import type { ImageShape, ValueRange } from '../../stages/stage.js';
import {
  type ChosenImages,
  chooseImages,
  chooseIndices,
  sampleCountFor,
} from '../inspection/image-choice.js';
import {
  fitStages,
  followImages,
  type InspectedStage,
  inspectStages,
  type PlacedImages,
} from '../inspection/inspect-pipeline.js';
import { measureValues, type ValueStatistics } from '../inspection/value-statistics.js';

export interface PreviewOptions {
  readonly catalogue: Catalogue;
  readonly data: Dataset;
  readonly seed: number;
  /** How many images, or the places of some in the training set. */
  readonly images: number | readonly number[];
  /** Draws of the random stages. */
  readonly draws: number;
}

/** What a pipeline does to some images, in numbers: all that a contact sheet shows. */
export interface Preview {
  readonly name: string;
  readonly seed: number;
  /** Of the data set, in the order of labels. */
  readonly classNames: readonly string[];
  /** How many draws of the random stages are shown; 0 where nothing is random. */
  readonly draws: number;
  /** One entry a row: the class and the place in the training set. */
  readonly images: readonly { readonly className: string; readonly index: number }[];
  /** The images as they come, then after each stage. */
  readonly columns: readonly PreviewColumn[];
}

export interface PreviewColumn {
  /** "original", or the stage's place in `preprocessing` and its name: "[1] random-brightness". */
  readonly title: string;
  /** The same with its options. */
  readonly summary: string;
  readonly when: 'always' | 'train';
  readonly shape: ImageShape;
  /** Values from black to white: those that test images have here. */
  readonly shown: ValueRange;
  /** One entry a draw; a single one before the first random stage. */
  readonly draws: readonly PlacedImages[];
  /** Of a larger sample of training images, each with a draw of its own. */
  readonly statistics: ValueStatistics;
}

/** Applies an experiment's stages to some training images, as training would. The engine must run. */
export function createPreview(experiment: Experiment, options: PreviewOptions): Preview {
  const { catalogue, data, seed } = options;
  const dataset = factsOf(experiment.dataset);
  const inspected = inspectStages(experiment, catalogue);
  const stages = inspected.map(({ stage }) => stage);
  const { train } = selectTrialData(experiment, data);
  const fitted = fitStages(experiment, stages, train);
  const chosen = choose(options);
  const follow = (images: ChosenImages, step: number, training = true) =>
    followImages(
      images.images,
      { stages, resampling: experiment.resampling, dataset },
      { fitted, seed, step, training, indices: images.indices },
    );
  const draws = Array.from({ length: options.draws }, (_, step) => follow(chosen, step));
  const sample = chooseImages(train, sampleCountFor(dataset, inspected));
  const sampled = follow(sample, 0);
  const firstRandom = stages.findIndex((stage) => stage.draw);
  const columns = sampled.map((images, place): PreviewColumn => {
    const stage = inspected[place - 1];
    const shown = shownRange(stage, () => follow(sample, 0, false)[place] ?? images);
    const isRandom = firstRandom >= 0 && place > firstRandom;
    return {
      ...createColumn(stage),
      shape: images.shape,
      shown,
      draws: draws
        .slice(0, isRandom ? draws.length : 1)
        .flatMap((draw) => draw.slice(place, place + 1)),
      statistics: measureValues(images, shown),
    };
  });
  return {
    name: experiment.name,
    seed,
    classNames: dataset.classNames,
    draws: firstRandom < 0 ? 0 : options.draws,
    images: chosen.indices.map((index, row) => ({
      className: nameClass(dataset, chosen.images.labels[row] ?? 0),
      index,
    })),
    columns,
  };
}

function choose({ data, images }: PreviewOptions): ChosenImages {
  return typeof images === 'number'
    ? chooseImages(data.train, images)
    : chooseIndices(data.train, images);
}

function createColumn(inspected: InspectedStage | undefined) {
  if (!inspected) return { title: 'original', summary: 'original', when: 'always' } as const;
  const { stage, summary, index } = inspected;
  const place = `[${index}]`;
  return { title: `${place} ${stage.name}`, summary: `${place} ${summary}`, when: stage.when };
}

/** The range of test images by the stages' word; where they do not know it, as measured. */
function shownRange(
  inspected: InspectedStage | undefined,
  testImages: () => PlacedImages,
): ValueRange {
  const range = inspected?.ranges.testImages ?? pixelRange;
  if (range.every(Number.isFinite) && range[0] < range[1]) return range;
  const { channels } = measureValues(testImages(), pixelRange);
  const low = Math.min(...channels.map(({ min }) => min));
  const high = Math.max(...channels.map(({ max }) => max));
  if (low < high) return [low, high];
  return Number.isFinite(low) ? [low - 0.5, low + 0.5] : pixelRange;
}
