import { factsOf } from '../../datasets/facts.js';
import type { LabelledImages } from '../../datasets/labelled-images.js';
import type { Experiment } from '../../experiment/experiment.js';
import { pixelRange } from '../../experiment/range-check.js';
import type { Fitted, ValueRange } from '../../stages/stage.js';
import {
  type ImageValues,
  measureConstantShare,
  measureSaturatedShare,
} from '../../statistics/image-values.js';
import { listDraws, mapAt, type PlacedDraw } from './extreme-draws.js';
import { chooseImages, sampleCountFor } from './image-choice.js';
import {
  fitStages,
  followImages,
  type InspectedStage,
  type PlacedImages,
} from './inspect-pipeline.js';
import { type MeasuredMixing, measureMixing } from './measure-mixing.js';
import { changesImages, dependsOnBatch } from './stage-behaviour.js';
import { measureValues, type ValueStatistics } from './value-statistics.js';

/** What a sample of images is like after one stage. Range: shares 0..1. */
export interface MeasuredStage {
  /** Training images with their draws; outside is what lies outside of the range of test images. */
  readonly training: ValueStatistics;
  /** The same images as test images go through. */
  readonly test: ValueStatistics;
  /** Values that are the lowest or the highest of their channel. */
  readonly saturatedShare: number;
  /** Images that hardly vary, against how test images vary. */
  readonly constantShare: number;
  /** False where the stage leaves these images as they are, whatever it draws. */
  readonly changesImages: boolean;
  /** True where what becomes of a test image depends on the other images of its batch. */
  readonly dependsOnBatch: boolean;
  readonly draws: Readonly<Record<string, ValueRange>>;
  /** Left out where the stage mixes no labels. */
  readonly mixing?: MeasuredMixing;
  /** Of a geometric stage: its map at the ends of its draws and between them, a quarter of the way each. */
  readonly maps: readonly PlacedDraw[];
}

/** A pipeline with what was measured on a sample of training images. */
export interface MeasuredPipeline {
  readonly imageCount: number;
  readonly fitted: readonly Fitted[];
  /** The images as they come. */
  readonly original: ValueStatistics;
  /** One entry a stage. */
  readonly stages: readonly MeasuredStage[];
}

/** Puts a sample of training images through the real stages. The engine must run. Always the same seed. */
export function measurePipeline(
  experiment: Experiment,
  inspected: readonly InspectedStage[],
  train: LabelledImages,
): MeasuredPipeline {
  const stages = inspected.map(({ stage }) => stage);
  const fitted = fitStages(experiment, stages, train);
  const { resampling } = experiment;
  const dataset = factsOf(experiment.dataset);
  const sample = chooseImages(train, sampleCountFor(dataset, inspected)).images;
  const follow = (training: boolean) =>
    followImages(sample, { stages, resampling, dataset }, { fitted, seed: 0, step: 0, training });
  const places = { training: follow(true), test: follow(false) };
  const measured = inspected.map((stage, index) =>
    measureStage(stage, {
      training: places.training[index + 1] as PlacedImages,
      test: places.test[index + 1] as PlacedImages,
      input: places.training[index] as PlacedImages,
      testInput: places.test[index] as PlacedImages,
      fitted: fitted[index] ?? {},
      batchSize: experiment.training.batchSize,
    }),
  );
  const original = measureValues(places.training[0] as PlacedImages, pixelRange);
  return { imageCount: sample.count, fitted, original, stages: measured };
}

interface StagePlaces {
  readonly training: PlacedImages;
  readonly test: PlacedImages;
  readonly input: PlacedImages;
  readonly testInput: PlacedImages;
  readonly fitted: Fitted;
  readonly batchSize: number;
}

function measureStage(inspected: InspectedStage, places: StagePlaces): MeasuredStage {
  const { stage, ranges, inputShape } = inspected;
  const { training, test, fitted } = places;
  const mixing = measureMixing(stage, {
    batchSize: places.batchSize,
    imageShape: inputShape,
    fitted,
  });
  const shares = stage.geometry ? [0, 0.25, 0.5, 0.75, 1] : [];
  return {
    training: measureValues(training, ranges.testImages),
    test: measureValues(test, ranges.testImages),
    saturatedShare: measureSaturatedShare(valuesOf(training)),
    constantShare: measureConstantShare(valuesOf(training), valuesOf(test)),
    changesImages: changesImages(stage, places.input, fitted),
    dependsOnBatch: stage.when === 'always' && dependsOnBatch(stage, places.testInput, fitted),
    draws: listDraws(stage, inputShape),
    ...(mixing && { mixing }),
    maps: shares.flatMap((share) => mapAt(stage, share, inputShape) ?? []),
  };
}

function valuesOf({ values, shape, count }: PlacedImages): ImageValues {
  return { values, channels: shape.channels, count };
}
