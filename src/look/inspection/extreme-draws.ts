import { type Tensor, tensorflow } from '../../graph/tensorflow.js';
import { actsOn } from '../../stages/schedule.js';
import {
  type Draw,
  firstImages,
  type ImageShape,
  type RandomSource,
  type Stage,
  type ValueRange,
} from '../../stages/stage.js';

/** An affine map from output to input pixels: column = a0 x + a1 y + a2, row = b0 x + b1 y + b2. */
type AffineRows = readonly [
  a: readonly [number, number, number],
  b: readonly [number, number, number],
];

/** A normal distribution has no bounds: 99.7 % of it lies within these deviations. */
const normalReach = 3;

/** All random choices of a stage at the same place between their bounds, and the map that they stand for. */
export interface PlacedDraw {
  readonly values: Readonly<Record<string, number>>;
  readonly rows: AffineRows;
}

/** What a stage draws: each name with its bounds. The engine must run. */
export function listDraws(stage: Stage, shape: ImageShape): Readonly<Record<string, ValueRange>> {
  const bounds: Record<string, ValueRange> = {};
  tensorflow().tidy(() => {
    stage.draw?.(createPlacedSource(0, bounds), 1, { ...firstImages(1), shape });
  });
  return bounds;
}

/** The size of a batch and of its images. */
export interface ImageBatch {
  readonly count: number;
  readonly shape: ImageShape;
}

/** Draws with every number at `share` of the way from its lower to its upper bound. Call it inside a tidy. */
export function drawAt(stage: Stage, share: number, batch: ImageBatch): Draw {
  const { count, shape } = batch;
  return stage.draw?.(createPlacedSource(share), count, { ...firstImages(count), shape }) ?? {};
}

/** Returns the affine map of a geometric stage where all its draws are at `share` of their way. */
export function mapAt(stage: Stage, share: number, shape: ImageShape): PlacedDraw | undefined {
  const { geometry } = stage;
  if (!geometry) return undefined;
  const transforms = tensorflow().tidy(() =>
    geometry.transforms(drawAt(stage, share, { count: 1, shape }), shape),
  );
  const [a0 = 0, a1 = 0, a2 = 0, b0 = 0, b1 = 0, b2 = 0] = transforms.dataSync();
  transforms.dispose();
  const values = Object.entries(listDraws(stage, shape)).map(([name, [low, high]]) => [
    name,
    low + share * (high - low),
  ]);
  return {
    values: Object.fromEntries(values),
    rows: [
      [a0, a1, a2],
      [b0, b1, b2],
    ],
  };
}

function createPlacedSource(share: number, bounds: Record<string, ValueRange> = {}): RandomSource {
  return {
    uniform(name, { shape, low, high }): Tensor {
      // A stage is looked at where it acts.
      if (name === actsOn) return tensorflow().fill([...shape], low);
      bounds[name] = [low, high];
      return tensorflow().fill([...shape], low + share * (high - low));
    },
    normal(name, { shape }) {
      return this.uniform(name, { shape, low: -normalReach, high: normalReach });
    },
    uniformByIndex(name, { indices, low, high }) {
      return this.uniform(name, { shape: indices.shape, low, high });
    },
  };
}
