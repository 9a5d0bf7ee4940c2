import { beforeAll, describe, expect, test } from 'vitest';
import { readCifar10 } from '../../../src/cifar10/dataset.js';
import type { LayersModel, Tensor, Tensor4D, TensorFlow } from '../../../src/graph/tensorflow.js';
import { drawDirac } from '../../../src/models/layers/kernel-initializer.js';
import type { LabelledBytes } from '../../../src/training/image-table.js';
import { cachedData } from '../../cifar10/cached-data.js';
import { loadTestEngine } from '../../engine.js';
import { mulberry32 } from '../../mulberry32.js';
import {
  airbenchLayers,
  createListed,
  drawGoldenKernel,
  fromOihw,
  fuseForTest,
  type GoldenTensor,
  groupOf,
  normalisedImages,
  readRecipe,
  setWeights,
  weightsNamed,
} from '../recipe-golden.js';

let tf: TensorFlow;
let train: LabelledBytes;
beforeAll(async () => {
  tf = await loadTestEngine();
  ({ train } = await readCifar10(await cachedData()));
});

function expectClose(found: Tensor | undefined, expected: readonly number[], tolerance: number) {
  const values = found?.dataSync() ?? [];
  expect(values.length).toBe(expected.length);
  const worst = Math.max(...expected.map((value, index) => Math.abs((values[index] ?? 0) - value)));
  expect(worst).toBeLessThanOrEqual(tolerance);
}

/** Numbers of the golden files, made in NCHW order. */
function drawImages(seed: number, shape: readonly number[], [low, high]: readonly number[]) {
  const next = mulberry32(seed);
  const [from = 0, to = 1] = [low, high];
  const size = shape.reduce((product, length) => product * length, 1);
  const values = Float32Array.from({ length: size }, () => from + (to - from) * next());
  return tf.tensor(values, [...shape]).transpose([0, 2, 3, 1]) as Tensor4D;
}

interface NormCase {
  readonly params: { readonly bias: readonly number[] };
  readonly output: {
    readonly training: readonly {
      readonly input_seed: number;
      readonly input_scale: number;
      readonly upstream_seed: number;
      readonly output_NHWC: GoldenTensor;
      readonly grad_input_NHWC: GoldenTensor;
      readonly grad_bias: readonly number[];
      readonly running_mean: readonly number[];
      readonly running_var: readonly number[];
    }[];
    readonly evaluation_of_batch_0: GoldenTensor;
  };
}

test("The recipe's batch normalisation agrees with torch, forward, backward and in its averages", () => {
  const { params, output } = readRecipe<NormCase>('batch_norm');
  const [, , normalization = {}] = groupOf(1);
  const model = createListed([normalization], { height: 5, width: 5, channels: 6 });
  const apply = fuseForTest(model);
  setWeights(model, 'beta', [tf.tensor1d([...params.bias])]);
  const inputOf = (run: (typeof output.training)[number]) =>
    drawImages(run.input_seed, [4, 6, 5, 5], [-2, 3]).mul(run.input_scale);
  for (const run of output.training) {
    const x = tf.variable(inputOf(run));
    const upstream = drawImages(run.upstream_seed, [4, 6, 5, 5], [-1, 1]);
    const [bias] = weightsNamed(model, 'beta');
    let y: Tensor | undefined;
    const { grads } = tf.variableGrads(() => {
      y = tf.keep(apply(x, true));
      return y.mul(upstream).sum().asScalar();
    }, [x, bias as typeof x]);
    expectClose(y, run.output_NHWC.values, 4e-6);
    expectClose(grads[x.name], run.grad_input_NHWC.values, 4e-6);
    expectClose(grads[bias?.name ?? ''], run.grad_bias, 1e-5);
    expectClose(weightsNamed(model, 'moving_mean')[0], run.running_mean, 2e-6);
    expectClose(weightsNamed(model, 'moving_variance')[0], run.running_var, 1e-5);
  }
  const [first] = output.training;
  if (first) expectClose(apply(inputOf(first), false), output.evaluation_of_batch_0.values, 2e-6);
});

interface GroupCase {
  readonly input: { readonly x_NHWC: GoldenTensor; readonly upstream_NHWC: GoldenTensor };
  readonly output: {
    readonly training_output_NHWC: GoldenTensor;
    readonly grad_input_NHWC: GoldenTensor;
    readonly evaluation_output_NHWC: GoldenTensor;
    readonly running: Readonly<Record<string, readonly number[]>>;
  } & Readonly<Record<string, unknown>>;
}

interface GoldenParameter {
  readonly shape_OIHW: readonly number[];
  readonly values: readonly number[];
  readonly gradient: readonly number[];
}

test('A group of convolutions, pooling, normalisation and GELU agrees with torch, forward and backward', () => {
  const { input, output } = readRecipe<GroupCase>('conv_group');
  const model = createListed(groupOf(8), { height: 9, width: 9, channels: 6 });
  const apply = fuseForTest(model);
  const parameter = (name: string) => output[`param ${name}`] as GoldenParameter;
  const convolutions = ['conv1.weight', 'conv2.weight'].map(parameter);
  const biases = ['norm1.bias', 'norm2.bias'].map(parameter);
  const kernelOf = (values: readonly number[], { shape_OIHW: shape }: GoldenParameter) =>
    fromOihw({ shape, values });
  setWeights(
    model,
    'kernel',
    convolutions.map((given) => kernelOf(given.values, given)),
  );
  setWeights(
    model,
    'beta',
    biases.map(({ values }) => tf.tensor1d([...values])),
  );
  const x = tf.variable(tf.tensor([...input.x_NHWC.values], [2, 9, 9, 6]));
  const upstream = tf.tensor([...input.upstream_NHWC.values], [2, 4, 4, 8]);
  const [kernels, offsets] = [weightsNamed(model, 'kernel'), weightsNamed(model, 'beta')];
  let y: Tensor | undefined;
  const { grads } = tf.variableGrads(() => {
    y = tf.keep(apply(x, true));
    return y.mul(upstream).sum().asScalar();
  }, [x, ...kernels, ...offsets]);
  expectClose(y, output.training_output_NHWC.values, 1e-5);
  expectClose(grads[x.name], output.grad_input_NHWC.values, 2e-5);
  kernels.forEach(({ name }, index) => {
    const given = convolutions[index] as GoldenParameter;
    expectClose(grads[name], Array.from(kernelOf(given.gradient, given).dataSync()), 5e-5);
  });
  offsets.forEach(({ name }, index) => {
    expectClose(grads[name], biases[index]?.gradient ?? [], 2e-5);
  });
  expectRunning(model, ['norm1', 'norm2'], output.running);
  const evaluated = apply(tf.tensor([...input.x_NHWC.values], [2, 9, 9, 6]), false);
  expectClose(evaluated, output.evaluation_output_NHWC.values, 1e-5);
});

function expectRunning(
  model: LayersModel,
  norms: readonly string[],
  running: Readonly<Record<string, readonly number[]>>,
): void {
  const [means, variances] = [
    weightsNamed(model, 'moving_mean'),
    weightsNamed(model, 'moving_variance'),
  ];
  norms.forEach((norm, index) => {
    expectClose(means[index], running[`${norm}.running_mean`] ?? [], 3e-6);
    expectClose(variances[index], running[`${norm}.running_var`] ?? [], 1e-5);
  });
}

interface ViewsCase {
  readonly params: { readonly widths: readonly number[]; readonly init_seed: number };
  readonly input: { readonly first_record: number; readonly records: number };
  readonly output: {
    readonly logits_per_view: GoldenTensor;
    readonly running: Readonly<Record<string, readonly number[]>>;
  };
}

test("airbench94's network as a list of layers gives torch's logits of six views of each image", () => {
  const { params, input, output } = readRecipe<ViewsCase>('tta');
  const [narrow = 0, middle = 0, wide = 0] = params.widths;
  const model = createListed(airbenchLayers([narrow, middle, wide]), imageShape);
  const apply = fuseForTest(model);
  const filters = readRecipe<{ readonly output: Readonly<Record<string, GoldenTensor>> }>('whiten')
    .output.filters_OIHW_descending as GoldenTensor;
  const sizes = [24, narrow, narrow, middle, middle, wide, wide];
  const kernels = sizes
    .slice(1)
    .map((cout, index) =>
      fromOihw(drawGoldenKernel(params.init_seed + 1000 * index, sizes[index] ?? 0, cout)),
    );
  setWeights(model, 'kernel', [
    fromOihw(filters),
    ...kernels,
    drawHead(params.init_seed + 6000, wide),
  ]);
  const images = (first: number, count: number) =>
    tf.tensor4d(normalisedImages(train, { first, count }), [count, 32, 32, 3]);
  apply(images(1000, 200), true);
  const norms = [0, 1, 2].flatMap((group) => [1, 2].map((norm) => `groups.${group}.norm${norm}`));
  expectRunning(model, norms, output.running);
  const judged = images(input.first_record, input.records);
  const logits = viewsOf(judged).map((view) => apply(view, false));
  expectClose(tf.stack(logits), output.logits_per_view.values, 1e-5);
});

const imageShape = { height: 32, width: 32, channels: 3 };

/** torch's linear layers hold [out, in]. */
function drawHead(seed: number, width: number): Tensor {
  const next = mulberry32(seed);
  const limit = 1 / Math.sqrt(width);
  const values = Float32Array.from({ length: 10 * width }, () => -limit + 2 * limit * next());
  return tf.tensor(values, [10, width]).transpose();
}

/** The image, shifted by a pixel up and left, and down and right; each also mirrored. */
function viewsOf(images: Tensor4D): Tensor[] {
  const padded = images.mirrorPad(
    [
      [0, 0],
      [1, 1],
      [1, 1],
      [0, 0],
    ],
    'reflect',
  );
  const shifted = [0, 2].map((start) =>
    padded.slice([0, start, start, 0], [images.shape[0], 32, 32, 3]),
  );
  return [images, ...shifted].flatMap((view) => [view, view.reverse(2)]);
}

interface DiracCase {
  readonly output: {
    readonly runs: readonly {
      readonly cin: number;
      readonly cout: number;
      readonly seed: number;
      readonly input_seed: number;
      readonly output_NHWC: GoldenTensor;
    }[];
  };
}

describe('A kernel that begins as "dirac"', () => {
  test.each(readRecipe<DiracCase>('dirac_conv').output.runs)(
    'gives what torch gives, from $cin to $cout channels',
    ({ cin, cout, seed, input_seed, output_NHWC }) => {
      const next = mulberry32(seed);
      const uniform = (_: string, { low, high }: { low: number; high: number }) => {
        const values = Array.from({ length: cout * cin * 9 }, () => low + (high - low) * next());
        return fromOihw({ shape: [cout, cin, 3, 3], values });
      };
      const unused = () => tf.scalar(Number.NaN);
      const random = { seeds: unused, uniform, uniformByIndex: unused, normal: unused };
      const kernel = drawDirac({ shape: [3, 3, cin, cout], random }, 9 * cin);
      const x = drawImages(input_seed, [1, cin, 5, 5], [-1, 1]);
      const y = tf.conv2d(x, kernel as Tensor4D, 1, 'same');
      expectClose(y, output_NHWC.values, 2e-6);
    },
  );
});
