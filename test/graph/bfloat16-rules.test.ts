import { beforeAll, describe, expect, test } from 'vitest';
import { bfloat16Rules } from '../../src/graph/bfloat16-rules.js';
import { compileProgram } from '../../src/graph/compile.js';
import {
  type Attributes,
  attribute,
  runKernelWithOutputs,
} from '../../src/graph/native-backend.js';
import { withoutOwnKernels } from '../../src/graph/own-kernels.js';
import { computeIn } from '../../src/graph/precision.js';
import type { Tensor, TensorFlow } from '../../src/graph/tensorflow.js';
import { loadTestEngine } from '../engine.js';
import { roundToBfloat16 } from './bfloat16.js';

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTestEngine();
});

/** Values from -1 to 1, or so much higher, that bfloat16 does not hold; or whole numbers, which the step itself makes. */
type Input = { readonly shape: number[]; readonly above?: number } | { readonly int32: number[] };

interface OpCase {
  readonly attributes?: Attributes;
  readonly inputs: readonly Input[];
  readonly outputCount?: number;
}

const T = attribute.type('float32');
const of = (...shape: number[]): Input => ({ shape });
const image = of(2, 6, 6, 3);
const half = of(2, 3, 3, 3);
const variance = { shape: [3], above: 2 };
const nhwc = { T, data_format: attribute.text('NHWC') };
const convolution = {
  ...nhwc,
  strides: attribute.ints([1, 1, 1, 1]),
  dilations: attribute.ints([1, 1, 1, 1]),
  padding: attribute.text('SAME'),
  use_cudnn_on_gpu: attribute.bool(true),
};
const pooling = {
  ...nhwc,
  ksize: attribute.ints([1, 2, 2, 1]),
  strides: attribute.ints([1, 2, 2, 1]),
  padding: attribute.text('VALID'),
};
const normalisation = {
  ...nhwc,
  U: attribute.type('float32'),
  epsilon: attribute.float(1e-3),
  is_training: attribute.bool(true),
};
const reshape = { T, Tshape: attribute.type('int32') };

/** Ops of TensorFlow; prep-lab's own kernels are tested where they are. */
const cases: Readonly<Record<string, OpCase>> = {
  Conv2D: { attributes: convolution, inputs: [image, of(3, 3, 3, 4)] },
  Conv2DBackpropInput: {
    attributes: convolution,
    inputs: [{ int32: [2, 6, 6, 3] }, of(3, 3, 3, 4), of(2, 6, 6, 4)],
  },
  Conv2DBackpropFilter: {
    attributes: convolution,
    inputs: [image, { int32: [3, 3, 3, 4] }, of(2, 6, 6, 4)],
  },
  MatMul: {
    attributes: { T, transpose_a: attribute.bool(false), transpose_b: attribute.bool(true) },
    inputs: [of(4, 5), of(6, 5)],
  },
  BatchMatMulV2: {
    attributes: { T, adj_x: attribute.bool(true), adj_y: attribute.bool(false) },
    inputs: [of(5, 4), of(5, 6)],
  },
  BiasAdd: { attributes: nhwc, inputs: [image, of(3)] },
  Relu: { inputs: [image] },
  ReluGrad: { inputs: [image, image] },
  LeakyRelu: { attributes: { T, alpha: attribute.float(0.25) }, inputs: [image] },
  LeakyReluGrad: { attributes: { T, alpha: attribute.float(0.25) }, inputs: [image, image] },
  MaxPool: { attributes: pooling, inputs: [image] },
  MaxPoolGrad: { attributes: pooling, inputs: [image, half, half] },
  AvgPool: { attributes: pooling, inputs: [image] },
  AvgPoolGrad: { attributes: pooling, inputs: [{ int32: [2, 6, 6, 3] }, half] },
  FusedBatchNormV3: {
    attributes: { ...normalisation, exponential_avg_factor: attribute.float(1) },
    inputs: [image, of(3), of(3), of(0), of(0)],
    outputCount: 6,
  },
  FusedBatchNormGradV3: {
    attributes: normalisation,
    inputs: [image, image, of(3), of(3), variance, variance],
    outputCount: 5,
  },
  Mul: { inputs: [image, image] },
  AddV2: { inputs: [image, image] },
  AddN: { attributes: { T, N: attribute.int(2) }, inputs: [image, image] },
  Reshape: { attributes: reshape, inputs: [image, { int32: [2, 108] }] },
  Identity: { inputs: [image] },
};

const ownKernels = ['PrepLabDropout', 'PrepLabDropoutGrad', 'PrepLabGelu', 'PrepLabGeluGrad'];

test('every rule has a case', () => {
  expect([...Object.keys(cases), ...ownKernels].sort()).toEqual(Object.keys(bfloat16Rules).sort());
});

function createInputs({ inputs }: OpCase): Tensor[] {
  return inputs.map((input, place) => {
    if ('int32' in input) return tf.tensor1d(input.int32, 'int32');
    const size = input.shape.reduce((product, length) => product * length, 1);
    const values = Float32Array.from(
      { length: size },
      (_, index) => (input.above ?? 0) + Math.sin(1 + index * 1.7 + place * 0.9),
    );
    return tf.tensor(values, input.shape);
  });
}

function runOp(name: string, inputs: readonly Tensor[]): Tensor {
  const { attributes = { T }, outputCount = 1 } = cases[name] as OpCase;
  return runKernelWithOutputs({ name, attributes, inputs }, outputCount)[0] as Tensor;
}

/** A product with 1 rounds to bfloat16 and changes nothing else. */
function asBfloat16(x: Tensor): Tensor {
  return tf.matMul(x.reshape([x.size, 1]), tf.ones([1, 1])).reshape(x.shape);
}

function isTyped(name: string, place: number): boolean {
  const rule = bfloat16Rules[name];
  return rule?.inputs === 'all' || (rule?.inputs.includes(place) ?? false);
}

/** Runs the op in a compiled step's part of mixed precision, on inputs that a function of each has prepared. */
function runMixed(name: string, prepare: (x: Tensor) => Tensor): number[] {
  const inputs = createInputs(cases[name] as OpCase);
  const floats = inputs.filter(({ dtype }) => dtype === 'float32');
  const compute = (...given: Tensor[]) =>
    computeIn('mixed-bfloat16', () => {
      const left = [...given];
      const all = createInputs(cases[name] as OpCase).map((made, place) => {
        const input = made.dtype === 'float32' ? (left.shift() as Tensor) : made;
        return isTyped(name, place) ? prepare(input) : input;
      });
      return [runOp(name, all)];
    });
  const types = floats.map(({ shape }) => ({ shape, dtype: 'float32' as const }));
  const program = withoutOwnKernels(() =>
    compileProgram({ step: { compute, inputs: types } }, { state: [] }),
  );
  const [output] = program.run('step', floats);
  const values = Array.from(output?.dataSync() ?? []);
  program.dispose();
  return values;
}

/** Runs the op in float32, on inputs of which those that the rule names were rounded before if so told. */
function runExact(name: string, inputs: 'rounded' | 'as they are'): number[] {
  const given = createInputs(cases[name] as OpCase).map((x, place) =>
    inputs === 'rounded' && isTyped(name, place)
      ? tf.tensor(Float32Array.from(x.dataSync(), roundToBfloat16), x.shape)
      : x,
  );
  return Array.from(runOp(name, given).dataSync());
}

function expectRounded(found: readonly number[], exact: readonly number[]): void {
  expect(found).toEqual(found.map(roundToBfloat16));
  const scale = Math.max(...exact.map(Math.abs));
  found.forEach((value, index) => {
    const expected = exact[index] as number;
    // Half a unit of bfloat16's last place, and what sums in another order leave.
    const tolerance = 2 ** -8 * Math.abs(expected) + 1e-6 * scale;
    expect(Math.abs(value - expected)).toBeLessThanOrEqual(tolerance);
  });
  expect(found).toHaveLength(exact.length);
}

const names = Object.keys(cases);
const always = names.filter((name) => bfloat16Rules[name]?.when === 'always');
const followed = names.filter((name) => bfloat16Rules[name]?.when === 'followed');

describe.each(always)('%s', (name) => {
  test('rounds its float32 inputs to bfloat16 and gives bfloat16', () => {
    expectRounded(
      runMixed(name, (x) => x),
      runExact(name, 'rounded'),
    );
  });
});

describe.each(followed)('%s', (name) => {
  test('gives bfloat16 of inputs that are bfloat16', () => {
    expectRounded(runMixed(name, asBfloat16), runExact(name, 'rounded'));
  });

  test('computes in float32 where nothing before it is bfloat16', () => {
    const found = runMixed(name, (x) => x);
    expect(found).not.toEqual(found.map(roundToBfloat16));
    const exact = runExact(name, 'as they are');
    found.forEach((value, index) => {
      expect(value).toBeCloseTo(exact[index] as number, 5);
    });
  });
});
