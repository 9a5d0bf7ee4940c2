import type { StageOptions } from '../../experiment/experiment.js';
import type { Precision } from '../../graph/precision.js';
import type { Fitted, ImageShape, ValueRange } from '../../stages/stage.js';
import type { Advice } from '../checks/check.js';
import type { PlacedDraw } from '../inspection/extreme-draws.js';
import type { ValueStatistics } from '../inspection/value-statistics.js';
import type { ExplainedRecipe } from './explain-recipe.js';

/** An experiment in words and numbers, as `explain --json` writes it. */
export interface Explanation {
  readonly file: string;
  readonly name: string;
  readonly stages: readonly ExplainedStage[];
  /** Left out, as all that is measured, with --no-measure. */
  readonly model?: ExplainedModel;
  readonly recipe?: ExplainedRecipe;
  readonly time?: TrainingTime;
  /** What the checks say; warnings first. */
  readonly advice: readonly Advice[];
}

export interface ExplainedStage {
  readonly index: number;
  readonly options: StageOptions;
  readonly summary: string;
  readonly when: 'always' | 'train';
  readonly formula?: string;
  /** The range that the stage is made for. */
  readonly expects?: ValueRange;
  /** By interval arithmetic. */
  readonly receives: ValueRange;
  readonly gives: ValueRange;
  readonly inputShape: ImageShape;
  readonly outputShape: ImageShape;
  readonly measured?: StageMeasurement;
}

/** Range: shares 0..1. */
export interface StageMeasurement {
  readonly imageCount: number;
  /** What the stage learned from the training images. */
  readonly fitted: Fitted;
  readonly draws: Readonly<Record<string, ValueRange>>;
  /** A geometric stage's maps where all draws are at their lower, and at their upper bound. */
  readonly extremeMaps: readonly PlacedDraw[];
  readonly values: ValueStatistics;
  readonly saturatedShare: number;
  readonly constantShare: number;
  /** In a graph as in training, one batch at a time. */
  readonly microsecondsPerImage: number;
}

export interface ExplainedModel {
  readonly summary: string;
  readonly layers: readonly ExplainedLayer[];
  readonly parameters: number;
  /** For one image forwards; training takes about three times as many. */
  readonly multiplyAdds: number;
}

export interface ExplainedLayer {
  /** Such as "conv2d". */
  readonly kind: string;
  /** As groups of weights match it: of the experiment file, or counted within its kind. */
  readonly name: string;
  /** Without the batch. */
  readonly outputShape: readonly (number | null)[];
  readonly parameters: number;
  /** Of kernels alone; 0 where a layer has none. */
  readonly multiplyAdds: number;
}

/** How long training takes, from a few real steps on this machine. */
export interface TrainingTime {
  readonly device: string;
  readonly measuredSteps: number;
  readonly batchSize: number;
  readonly stepsPerEpoch: number;
  readonly secondsPerStep: number;
  /** A step in each precision, the experiment's own among them. */
  readonly secondsByPrecision: Readonly<Record<Precision, number>>;
  /** What the processor has to multiply bfloat16 numbers; left out on a GPU. */
  readonly bfloat16Units?: readonly string[];
  /** Judging the images that epochs are judged on, once. */
  readonly evaluationSeconds: number;
  readonly epochs: number;
  /** Of each test image at the end, beside the image as it is; 0 without. */
  readonly views: number;
  /** All epochs, judged as the file says; early stopping may end sooner. */
  readonly totalSeconds: number;
}
