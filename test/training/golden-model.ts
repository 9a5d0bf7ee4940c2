import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { serializeRecords } from '../../src/cifar10/records.js';
import { variableOf } from '../../src/graph/fused-layers/layer.js';
import type { Precision } from '../../src/graph/precision.js';
import { type LayersModel, tensorflow } from '../../src/graph/tensorflow.js';
import { baseline } from '../../src/models/baseline.js';
import { deep } from '../../src/models/deep.js';
import { minmax } from '../../src/stages/minmax.js';
import { createPipeline } from '../../src/stages/pipeline.js';
import type { Fitted, Stage } from '../../src/stages/stage.js';
import { zscore } from '../../src/stages/zscore.js';
import type { LabelledBytes } from '../../src/training/image-table.js';
import { createLearner, type Learner } from '../../src/training/learner.js';
import type { OptimizerOptions } from '../../src/training/optimizers/list.js';
import { mulberry32 } from '../mulberry32.js';

interface GoldenWeight {
  readonly shape: readonly number[];
  readonly after_step_1: { readonly first8: readonly number[]; readonly l2: number };
}

/** A case of test/golden/models; its README.md is that of make_golden.py: see golden/README.md. */
export interface GoldenModel {
  readonly case: string;
  readonly params: {
    readonly model: 'baseline' | 'deep';
    readonly normalisation: 'raw' | 'minmax' | 'zscore';
    readonly batch: number;
    readonly steps: number;
    readonly every_step_uses_the_same_batch: boolean;
    readonly init_seed: number;
    readonly optimizer: {
      readonly name: 'Adam' | 'SGD';
      readonly learning_rate: number;
      readonly epsilon?: number;
    };
    readonly loss: string;
    readonly mean?: readonly number[];
    readonly std?: readonly number[];
  };
  readonly input: {
    readonly first_record: number;
    readonly records: number;
    readonly sha256_of_records: string;
    readonly values?: readonly number[];
    readonly labels?: readonly number[];
  };
  readonly output: {
    readonly losses: readonly number[];
    readonly logits_before: {
      readonly shape: readonly number[];
      readonly values: readonly number[];
    };
    readonly weights: Readonly<Record<string, GoldenWeight>>;
    readonly first_bn_moving_variance_after_step_1?: readonly number[];
    readonly last_bn_moving_variance_after_step_1?: readonly number[];
    readonly last_bn_moving_mean_after_step_1?: readonly number[];
  };
  readonly tolerance: {
    readonly loss_rel_per_step: readonly number[];
    readonly logits_before_max_abs: number;
  };
}

const folder = new URL('../golden/models/', import.meta.url);

export function readGoldenModels(): GoldenModel[] {
  return readdirSync(folder).map(
    (file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as GoldenModel,
  );
}

/** Takes the images of a case: those in the file itself, or the named records of the first training file. */
export function imagesOf(golden: GoldenModel, train: LabelledBytes): LabelledBytes {
  const { values, labels, first_record: first, records: count } = golden.input;
  const images =
    values && labels
      ? { count, images: Uint8Array.from(values), labels: Uint8Array.from(labels) }
      : {
          count,
          images: train.images.slice(first * 3072, (first + count) * 3072),
          labels: train.labels.slice(first, first + count),
        };
  const hash = createHash('sha256').update(serializeRecords(images)).digest('hex');
  if (hash !== golden.input.sha256_of_records) throw new Error(`${golden.case}: other images.`);
  return images;
}

/** Sets up a learner as a case says, with the case's initial weights and without dropout. */
export function createGoldenLearner(
  golden: GoldenModel,
  images: LabelledBytes,
  { execution, precision = 'float32' }: { execution: 'graph' | 'eager'; precision?: Precision },
): { readonly learner: Learner; readonly model: LayersModel } {
  const shape = { height: 32, width: 32, channels: 3 };
  const input = { image: shape, classCount: 10 };
  const model =
    golden.params.model === 'baseline'
      ? baseline.create({ name: 'baseline' }, input)
      : deep.create({ name: 'deep', dropoutRates: [0, 0, 0, 0] }, input);
  setGoldenWeights(model, golden.params.init_seed);
  const { stages, fitted } = normalisation(golden);
  const learner = createLearner({
    model,
    pipeline: createPipeline(stages, { inputShape: shape, resampling: 'each' }),
    fitted,
    recipe: {
      epochs: 1,
      batchSize: golden.params.batch,
      optimizer: optimizerOf(golden),
      labelSmoothing: golden.params.loss.includes('smoothing 0.1') ? 0.1 : 0,
      precision,
      validation: 'none',
    },
    seed: 0,
    imageShape: shape,
    train: images,
    evaluated: {},
    execution,
  });
  return { learner, model };
}

function optimizerOf({ params: { optimizer } }: GoldenModel): OptimizerOptions {
  const learningRate = optimizer.learning_rate;
  return optimizer.name === 'SGD'
    ? { name: 'sgd', learningRate, momentum: 0 }
    : { name: 'adam', learningRate, beta1: 0.9, beta2: 0.999, epsilon: optimizer.epsilon ?? 1e-7 };
}

function normalisation({ params }: GoldenModel): { stages: Stage[]; fitted: Fitted[] } {
  switch (params.normalisation) {
    case 'raw':
      return { stages: [], fitted: [] };
    case 'minmax':
      return { stages: [minmax.create(minmax.options.parse({ name: 'minmax' }))], fitted: [{}] };
    case 'zscore':
      return {
        stages: [
          zscore.create(zscore.options.parse({ name: 'zscore', per: 'channel', epsilon: 0 })),
        ],
        fitted: [{ mean: params.mean ?? [], std: params.std ?? [] }],
      };
  }
}

/** Source: golden/README.md, "Models": mulberry32 with a seed a kernel. */
function setGoldenWeights(model: LayersModel, initSeed: number): void {
  const tf = tensorflow();
  let kernelIndex = 0;
  for (const weight of model.weights) {
    if (!weight.originalName.endsWith('/kernel')) continue;
    const shape = weight.shape as number[];
    const next = mulberry32(initSeed + 1000 * kernelIndex++);
    const field = shape.slice(0, -2).reduce((product, size) => product * size, 1);
    const limit = Math.sqrt(6 / (field * ((shape.at(-2) ?? 0) + (shape.at(-1) ?? 0))));
    const size = shape.reduce((product, length) => product * length, 1);
    const values = Float32Array.from({ length: size }, () => (2 * next() - 1) * limit);
    tf.tidy(() => {
      variableOf(weight).assign(tf.tensor(values, shape));
    });
  }
}

/** How far a case's losses are from Keras', as a multiple of the tolerance stated for the step: the worst step's. */
export function worstLossExcess(golden: GoldenModel, losses: readonly number[]): number {
  const excess = losses.map((loss, step) => {
    const expected = golden.output.losses[step] ?? Number.NaN;
    return Math.abs(loss / expected - 1) / lossTolerance(golden, step);
  });
  return Math.max(...excess);
}

/** golden/README.md: with a batch of 128 the deep net's first loss may differ by 5e-5 whatever the file says. */
function lossTolerance(golden: GoldenModel, step: number): number {
  const stated = golden.tolerance.loss_rel_per_step[step] ?? 0;
  return golden.params.model === 'deep' && golden.params.batch === 128
    ? Math.max(5e-5, stated)
    : stated;
}

/** Trains step by step without shuffling and returns each step's loss. */
export function trainGolden(
  golden: GoldenModel,
  { program, train }: Learner,
  count: number,
): number[] {
  const order = Int32Array.from({ length: golden.input.records }, (_, index) => index);
  const losses: number[] = [];
  for (let step = 0; step < count; step++) {
    if (step === 0 || golden.params.every_step_uses_the_same_batch) train.begin(program, order);
    const [loss] = program.run('train');
    losses.push(Number(loss?.dataSync()[0]));
    loss?.dispose();
  }
  return losses;
}
