import { type InspectedStage, imageShape } from './inspect-pipeline.js';

/** Enough for a share to be right to some percent, and applied in a fraction of a second. */
const mostImages = 500;

/** Values that one place of the pipeline may have in memory: 32 MB. */
const mostValues = 8_000_000;

/** Returns how many images to measure a pipeline on: fewer where a stage makes them large. */
export function sampleCountFor(stages: readonly InspectedStage[]): number {
  const shapes = [imageShape, ...stages.map(({ outputShape }) => outputShape)];
  const largest = Math.max(
    ...shapes.map(({ height, width, channels }) => height * width * channels),
  );
  return Math.max(10, Math.min(mostImages, Math.floor(mostValues / largest)));
}
