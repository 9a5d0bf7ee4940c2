import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Tensor4D, TensorFlow } from '../../src/graph/tensorflow.js';
import { createPipeline } from '../../src/stages/pipeline.js';
import type { ImageShape, Stage } from '../../src/stages/stage.js';
import { loadTestEngine } from '../engine.js';
import {
  type GoldenCase,
  type GoldenDraw,
  type GoldenLayer,
  type GoldenTensor,
  listGoldenCases,
  readGoldenCase,
} from './golden-case.js';
import { createGoldenStage } from './golden-stage.js';
import { injectedSource } from './injected-source.js';
import { createListedStage } from './listed-stage.js';

/** How a golden case runs through a pipeline. */
interface GoldenRun {
  readonly stages: readonly Stage[];
  /** Keras' random numbers, one list a stage. */
  readonly draws: readonly (readonly GoldenDraw[])[];
  readonly resampling?: 'each' | 'once';
}

interface Layered {
  readonly draws: readonly GoldenDraw[];
}

const minmax = () => createListedStage({ name: 'minmax' });

/** Cases that are not one Keras layer with its draws. */
const specialRuns: Record<string, (golden: GoldenCase) => GoldenRun> = {
  article_photometric_default_range: ({ params }) => {
    const [brightness, contrast] = params.draws as GoldenDraw[];
    return {
      stages: (params.pipeline as GoldenLayer[]).map(createGoldenStage),
      draws: [brightness ? [brightness] : [], contrast ? [contrast] : []],
    };
  },
  compose_flip_rotation_translation_sequential: (golden) => composition(golden, 'each'),
  compose_flip_rotation_zoom_sequential: (golden) => composition(golden, 'each'),
  compose_flip_rotation_translation_single_resampling: (golden) => composition(golden, 'once'),
  compose_flip_rotation_zoom_single_resampling: (golden) => composition(golden, 'once'),
  divide_255: () => ({ stages: [minmax()], draws: [] }),
  rescaling_1_255: () => ({ stages: [minmax()], draws: [] }),
  zscore_per_channel: () => ({ stages: [createListedStage({ name: 'zscore' })], draws: [] }),
  zscore_global: () => ({
    stages: [createListedStage({ name: 'zscore', per: 'global', epsilon: 1e-7 })],
    draws: [],
  }),
};

/** ZeroPadding2D(4), then a window of the batch at row 3 and column 6: only the padding is a stage. */
const paddingCase = 'zero_pad4_random_crop32';

function composition({ params }: GoldenCase, resampling: 'each' | 'once'): GoldenRun {
  return {
    stages: (params.pipeline as GoldenLayer[]).map(createGoldenStage),
    draws: (params.draws as Layered[]).map(({ draws }) => draws),
    resampling,
  };
}

function singleLayer({ params }: GoldenCase): GoldenRun {
  const { layer, config, draws } = params as unknown as GoldenLayer & Layered;
  return { stages: [createGoldenStage({ layer, config })], draws: [draws] };
}

/** The tolerance relative to max(1, largest output), as the golden files' README states it. */
function toleranceOf(name: string): number {
  if (/rotation|compose/.test(name)) return 1e-5;
  return /hue|saturation|jitter/.test(name) ? 2e-6 : 1e-6;
}

/** The share of values that may differ: nearest neighbours may move a whole pixel at a tie. */
function allowedShareOf({ params }: GoldenCase): number {
  const { config } = params as unknown as Partial<GoldenLayer>;
  return config?.interpolation === 'nearest' ? 0.002 : 0;
}

function shapeOf({ shape: [, height, width, channels] }: GoldenTensor): ImageShape {
  return { height, width, channels };
}

function runPipeline(tf: TensorFlow, golden: GoldenCase, run: GoldenRun): Tensor4D {
  const { stages, draws, resampling = 'each' } = run;
  const { shape, values } = golden.input;
  const pipeline = createPipeline(stages, { inputShape: shapeOf(golden.input), resampling });
  expect(pipeline.outputShape).toEqual(shapeOf(golden.output));
  const fitted = pipeline.fit({ count: shape[0], images: Uint8Array.from(values) });
  const images = tf.tensor4d(Float32Array.from(values), [...shape]);
  return pipeline.apply(images, {
    training: true,
    fitted,
    random: (index) => injectedSource(draws[index] ?? []),
  });
}

function expectGolden(output: Tensor4D, golden: GoldenCase): void {
  expect(output.shape).toEqual(golden.output.shape);
  const actual = output.dataSync<'float32'>();
  const expected = Float32Array.from(golden.output.values);
  const scale = expected.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1);
  const limit = toleranceOf(golden.case) * scale;
  const misses = expected.filter((value, i) => !(Math.abs(value - (actual[i] ?? NaN)) <= limit));
  expect(misses.length / expected.length).toBeLessThanOrEqual(allowedShareOf(golden));
}

describe('Golden cases of Keras', () => {
  let tf: TensorFlow;
  beforeAll(async () => {
    tf = await loadTestEngine();
  });
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  const names = listGoldenCases();

  test('are all here', () => {
    expect(names).toHaveLength(99);
  });

  test.each(names.filter((name) => name !== paddingCase))('%s agrees', (name) => {
    const golden = readGoldenCase(name);
    const run = specialRuns[name]?.(golden) ?? singleLayer(golden);
    expectGolden(runPipeline(tf, golden, run), golden);
  });

  test(`${paddingCase} agrees`, () => {
    const golden = readGoldenCase(paddingCase);
    const stage = createListedStage({ name: 'pad', margin: 4 });
    const images = tf.tensor4d([...golden.input.values], [...golden.input.shape]);
    const padded = stage.apply(images, { draw: {}, fitted: {} });
    expectGolden(padded.slice([0, 3, 6, 0], [2, 32, 32, 3]), golden);
  });
});
