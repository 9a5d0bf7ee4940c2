import { createHash } from 'node:crypto';
import { serializeRecords } from '../../src/cifar10/records.js';
import { compileProgram } from '../../src/graph/compile.js';
import type { Program } from '../../src/graph/program.js';
import {
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
  tensorflow,
  type Variable,
} from '../../src/graph/tensorflow.js';
import { createVariable } from '../../src/graph/variable.js';
import type { LabelledBytes } from '../../src/training/image-table.js';
import { crossEntropy } from '../../src/training/loss.js';
import { createOptimizer } from '../../src/training/optimizer.js';
import type { Parameter } from '../../src/training/parameter.js';
import type { TrainingRecipe } from '../../src/training/recipe.js';
import { measureLength } from '../../src/training/training-length.js';
import { createWeightAverage } from '../../src/training/weight-average.js';
import { mulberry32 } from './optimizers/run-optimizer.js';

/** A golden training of a small airbench net in PyTorch: 20 steps, losses summed over a batch. */
export interface GoldenTraining {
  readonly params: {
    readonly variant: 'sgd' | 'muon';
    readonly widths: readonly number[];
    readonly batch: number;
    readonly steps: number;
    readonly logit_scale: number;
    readonly label_smoothing: number;
    readonly init_seed: number;
    readonly normalisation: { readonly mean: readonly number[]; readonly std: readonly number[] };
    readonly draws: {
      readonly first_epoch_flip: readonly number[];
      readonly epochs: readonly {
        readonly permutation: readonly number[];
        readonly shifts_yx: readonly number[];
      }[];
    };
  };
  readonly input: {
    readonly first_record: number;
    readonly records: number;
    readonly sha256_of_records: string;
    readonly whitening_filters_OIHW: {
      readonly shape: readonly number[];
      readonly values: readonly number[];
    };
  };
  readonly output: {
    readonly losses: readonly number[];
    readonly final_state: Readonly<
      Record<string, { readonly sum: number; readonly l2: number } | undefined>
    >;
  };
  readonly tolerance: { readonly loss_rel_per_step: readonly number[] };
}

/** The share of the running statistics that a step keeps. */
const kept = 0.6;

interface Net {
  readonly parameters: readonly Parameter[];
  /** Running mean and variance, by PyTorch's names. */
  readonly statistics: ReadonlyMap<string, Variable>;
  logits(images: Tensor4D): Tensor2D;
}

/** Trains as the recipe says and returns the summed loss of each step, and the sums of final weights by PyTorch's names. */
export function trainSmallAirbench(
  golden: GoldenTraining,
  recipe: TrainingRecipe,
  train: LabelledBytes,
): { readonly losses: number[]; readonly sums: ReadonlyMap<string, number> } {
  const tf = tensorflow();
  const images = takeImages(golden, train);
  const net = createNet(golden);
  const length = measureLength(recipe, golden.input.records);
  const iteration = createVariable(tf.scalar(0, 'int32'));
  const learningRate = createVariable(tf.scalar(recipe.optimizer.learningRate));
  const { parameters } = net;
  const optimizer = createOptimizer(recipe, { parameters, learningRate, iteration, length });
  const variables = parameters.map(({ variable }) => variable);
  const weights = [...variables, ...net.statistics.values()];
  const average = recipe.average && createWeightAverage(recipe.average, { weights, length });
  const step = {
    inputs: [
      { shape: [golden.params.batch, 32, 32, 3], dtype: 'float32' as const },
      { shape: [golden.params.batch], dtype: 'int32' as const },
    ],
    compute(x: Tensor, labels: Tensor) {
      const { value, grads } = tf.variableGrads(() => {
        const logits = net.logits(x as Tensor4D);
        return crossEntropy(logits, labels as Tensor1D, recipe.labelSmoothing).sum();
      }, variables);
      optimizer.apply(variables.map(({ name }) => grads[name] as Tensor));
      iteration.assign(iteration.add(tf.scalar(1, 'int32')));
      return [value];
    },
  };
  const state = [
    ...weights,
    iteration,
    learningRate,
    ...optimizer.state,
    ...(average?.state ?? []),
  ];
  const program: Program = compileProgram({ step, ...average?.steps }, { state });
  const losses = Array.from({ length: length.totalSteps }, (_, index) => {
    const epoch = Math.floor(index / length.stepsPerEpoch);
    const batch = makeBatch(golden, images, { epoch, index: index % length.stepsPerEpoch });
    const [loss] = program.run('step', batch);
    average?.update(program, index + 1);
    const sum = Number(loss?.dataSync()[0]);
    tf.dispose([...batch, loss as Tensor]);
    return sum;
  });
  average?.adopt(program, length.totalSteps);
  const sums = new Map(
    [...net.statistics].map(([name, variable]) => {
      const [tensor] = program.read([variable]);
      const sum = Number(tensor?.sum().dataSync()[0]);
      return [name, sum];
    }),
  );
  program.dispose();
  tf.dispose(state);
  return { losses, sums };
}

function createNet({ params, input }: GoldenTraining): Net {
  const tf = tensorflow();
  const parameters: Parameter[] = [];
  const statistics = new Map<string, Variable>();
  const add = (place: Omit<Parameter, 'variable'>, values: Tensor): Variable => {
    const variable = tf.variable(values);
    parameters.push({ ...place, variable });
    return variable;
  };
  const filters = input.whitening_filters_OIHW;
  const whitening = tf.tidy(() =>
    tf.keep(toKernel([...filters.values], [...filters.shape] as Shape4D)),
  );
  const whiteningBias = add(
    { layer: 'whitening_1', kind: 'whitening', part: 'bias' },
    tf.zeros([24]),
  );
  const widths = [24, ...params.widths.flatMap((width) => [width, width])];
  const blocks = widths.slice(1).map((width, index) => {
    const conv = { layer: `conv2d_${index + 1}`, kind: 'conv2d', part: 'kernel' };
    const seed = params.init_seed + 1000 * index;
    const kernel = add(conv, drawKernel(seed, width, widths[index] as number));
    const layer = `batchnormalization_${index + 1}`;
    const beta = add({ layer, kind: 'batch-normalization', part: 'beta' }, tf.zeros([width]));
    const name = `groups.${index >> 1}.norm${(index % 2) + 1}`;
    const mean = createVariable(tf.zeros([width]));
    const variance = createVariable(tf.ones([width]));
    statistics.set(`${name}.running_mean`, mean).set(`${name}.running_var`, variance);
    return { kernel, beta, mean, variance, pools: index % 2 === 0 };
  });
  const head = add({ layer: 'dense_1', kind: 'dense', part: 'kernel' }, drawHead(params));
  const logits = (images: Tensor4D): Tensor2D => {
    const begin = tf.conv2d(images, whitening, 1, 'valid').add<Tensor4D>(whiteningBias);
    const end = blocks.reduce((x, { kernel, pools, ...norm }) => {
      const y = tf.conv2d(x, kernel as unknown as Tensor4D, 1, 'same');
      return gelu(normaliseBatch(pools ? tf.maxPool(y, 2, 2, 'valid') : y, norm));
    }, gelu(begin));
    const flat = tf.maxPool(end, 3, 3, 'valid').reshape<Tensor2D>([params.batch, -1]);
    return flat.matMul<Tensor2D>(head).mul(params.logit_scale);
  };
  return { parameters, statistics, logits };
}

type Shape4D = [number, number, number, number];

/** From PyTorch's order to TensorFlow's: [O, I, H, W] to [H, W, I, O]. */
function toKernel(values: readonly number[] | Float32Array, shape: Shape4D): Tensor4D {
  return tensorflow().tensor4d(Float32Array.from(values), shape).transpose([2, 3, 1, 0]);
}

/** As many identity filters as there are inputs, and then drawn ones. */
function drawKernel(seed: number, width: number, inputs: number): Tensor4D {
  const next = mulberry32(seed);
  const bound = 1 / Math.sqrt(inputs * 9);
  const values = Float32Array.from(
    { length: width * inputs * 9 },
    () => -bound + 2 * bound * next(),
  );
  for (let filter = 0; filter < Math.min(width, inputs); filter++) {
    values.fill(0, filter * inputs * 9, (filter + 1) * inputs * 9);
    values[(filter * inputs + filter) * 9 + 4] = 1;
  }
  return tensorflow().tidy(() => toKernel(values, [width, inputs, 3, 3]));
}

function drawHead({ init_seed, widths, variant }: GoldenTraining['params']): Tensor2D {
  const inputs = widths.at(-1) as number;
  const next = mulberry32(init_seed + 6000);
  const bound = 1 / Math.sqrt(inputs);
  const values = Float32Array.from({ length: 10 * inputs }, () => -bound + 2 * bound * next());
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const scale = variant === 'muon' ? 1 / Math.sqrt(squares / (values.length - 1)) : 1;
  const scaled = values.map((value) => value * scale);
  return tensorflow().tidy(() => tensorflow().tensor2d(scaled, [10, inputs]).transpose());
}

function gelu(x: Tensor4D): Tensor4D {
  return x.mul<Tensor4D>(x.mul<Tensor4D>(Math.SQRT1_2).erf().add(1).mul(0.5));
}

function normaliseBatch(
  x: Tensor4D,
  norm: { readonly beta: Variable; readonly mean: Variable; readonly variance: Variable },
): Tensor4D {
  const tf = tensorflow();
  const { mean, variance } = tf.moments(x, [0, 1, 2]);
  const count = x.size / (x.shape[3] as number);
  norm.mean.assign(norm.mean.mul(kept).add(mean.mul(1 - kept)));
  norm.variance.assign(
    norm.variance.mul(kept).add(variance.mul(((1 - kept) * count) / (count - 1))),
  );
  return x.sub<Tensor4D>(mean).div<Tensor4D>(variance.add(1e-12).sqrt()).add(norm.beta);
}

/** Normalised images. Shape: [records, 32, 32, 3], flat. */
function takeImages({ params, input }: GoldenTraining, train: LabelledBytes) {
  const { first_record: first, records: count } = input;
  const bytes = train.images.slice(first * 3072, (first + count) * 3072);
  const labels = train.labels.slice(first, first + count);
  const records = serializeRecords({ count, images: bytes, labels });
  const hash = createHash('sha256').update(records).digest('hex');
  if (hash !== input.sha256_of_records) throw new Error('Other images.');
  const { mean, std } = params.normalisation;
  const values = Float32Array.from(bytes, (byte, index) => {
    const channel = index % 3;
    return (byte / 255 - (mean[channel] as number)) / (std[channel] as number);
  });
  return { values, labels };
}

/** Flips, reflects two pixels, crops, and flips whole crops in every other epoch. */
function makeBatch(
  { params }: GoldenTraining,
  { values, labels }: ReturnType<typeof takeImages>,
  at: { readonly epoch: number; readonly index: number },
): Tensor[] {
  const tf = tensorflow();
  const { batch, draws } = params;
  const { permutation = [], shifts_yx: shifts = [] } = draws.epochs[at.epoch] ?? {};
  const chosen = permutation.slice(at.index * batch, (at.index + 1) * batch);
  const pixels = new Float32Array(batch * 3072);
  const reflect = (place: number) => (place < 0 ? -place : place > 31 ? 62 - place : place);
  chosen.forEach((image, slot) => {
    const [down = 0, right = 0] = shifts.slice(2 * image, 2 * image + 2);
    for (let index = 0; index < 3072; index++) {
      const [row, column] = [Math.floor(index / 96), Math.floor((index % 96) / 3)];
      const across = at.epoch % 2 === 1 ? 31 - column : column;
      const from = reflect(across + right);
      const mirrored = draws.first_epoch_flip[image] === 1 ? 31 - from : from;
      const source = (reflect(row + down) * 32 + mirrored) * 3 + (index % 3);
      pixels[slot * 3072 + index] = values[image * 3072 + source] as number;
    }
  });
  return [
    tf.tensor4d(pixels, [batch, 32, 32, 3]),
    tf.tensor1d(
      chosen.map((image) => labels[image] as number),
      'int32',
    ),
  ];
}
