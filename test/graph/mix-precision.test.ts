import { beforeAll, expect, test } from 'vitest';
import { biasAdd } from '../../src/graph/differentiable/bias-add.js';
import { matMul } from '../../src/graph/differentiable/mat-mul.js';
import { relu } from '../../src/graph/differentiable/relu.js';
import { mixPrecision } from '../../src/graph/mix-precision.js';
import { nativeBackend } from '../../src/graph/native-backend.js';
import { computeIn } from '../../src/graph/precision.js';
import type { RecordedOp } from '../../src/graph/recording.js';
import { type Recording, recordStep } from '../../src/graph/recording.js';
import type {
  Scalar,
  Tensor,
  Tensor2D,
  Tensor4D,
  TensorFlow,
  Variable,
} from '../../src/graph/tensorflow.js';
import { loadTestEngine } from '../engine.js';

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTestEngine();
});

function record(state: readonly Variable[], compute: () => Tensor[]): Recording {
  return recordStep('step', { compute }, { state });
}

/** Each op as "name", or "name16" where its type T is bfloat16; casts as "to16" and "to32". */
function listOps({ ops }: Recording): string[] {
  return ops.map(({ name, attributes }) => {
    const typeOf = (key: string) => attributes.find((given) => given.name === key)?.value;
    if (name === 'Cast') return typeOf('DstT') === 14 ? 'to16' : 'to32';
    return typeOf('T') === 14 ? `${name}16` : name;
  });
}

const filter = () => tf.variable(tf.ones([3, 3, 3, 3]) as Tensor4D);

test('A step that asks for nothing is left as it is', () => {
  const x = tf.variable(tf.ones([2, 2]));
  const recording = record([x], () => [tf.matMul(x as Tensor2D, x as Tensor2D)]);
  expect(mixPrecision(recording)).toBe(recording);
});

test('Between two convolutions nothing is cast but their weights', () => {
  const [images, first, second] = [tf.variable(tf.ones([1, 8, 8, 3])), filter(), filter()];
  const bias = tf.variable(tf.ones([3]));
  const recording = record([images, first, second, bias], () =>
    computeIn('mixed-bfloat16', () => {
      const hidden = relu(
        biasAdd(tf.conv2d(images as Tensor4D, first as Tensor4D, 1, 'same'), bias),
      );
      return [
        tf.conv2d(tf.maxPool(hidden as Tensor4D, 2, 2, 'valid'), second as Tensor4D, 1, 'same'),
      ];
    }),
  );
  expect(listOps(mixPrecision(recording))).toEqual([
    'to16',
    'to16',
    'Conv2D16',
    'to16',
    'BiasAdd16',
    'Relu16',
    'MaxPool16',
    'to16',
    'Conv2D16',
    'to32',
  ]);
});

test('A weight is cast once a step, forwards and backwards', () => {
  const [images, shared] = [tf.variable(tf.ones([1, 8, 8, 3]), false), filter()];
  const recording = record([images, shared], () =>
    computeIn('mixed-bfloat16', () => {
      const twice = () => {
        const once = tf.conv2d(images as Tensor4D, shared as Tensor4D, 1, 'same');
        return tf.conv2d(once, shared as Tensor4D, 1, 'same').sum() as never;
      };
      return [tf.variableGrads(twice, [shared]).value];
    }),
  );
  const mixed = mixPrecision(recording);
  const id = recording.initialIds.get(shared);
  expect(listOps(recording).filter((name) => name.startsWith('Conv2D'))).toHaveLength(5);
  expect(
    mixed.ops.filter(({ name, inputIds }) => name === 'Cast' && inputIds[0] === id),
  ).toHaveLength(1);
});

test('What the step returns, assigns and computes elsewhere is float32', () => {
  const [x, sum] = [tf.variable(tf.ones([2, 2])), tf.variable(tf.zeros([2, 2]))];
  const recording = record([x, sum], () => {
    const product = computeIn('mixed-bfloat16', () => tf.matMul(x as Tensor2D, x as Tensor2D));
    sum.assign(computeIn('mixed-bfloat16', () => relu(product)));
    return [product, product.mul(3)];
  });
  const mixed = mixPrecision(recording);
  expect(listOps(mixed)).toEqual(
    expect.arrayContaining(['to16', 'BatchMatMulV216', 'Relu16', 'to32', 'Mul']),
  );
  const cast = castsTo32(mixed.ops);
  expect(cast.has(mixed.outputIds[0] as number)).toBe(true);
  expect(cast.has(mixed.finalIds.get(sum) as number)).toBe(true);
  const multiply = mixed.ops.find(({ name }) => name === 'Mul');
  expect(multiply?.inputIds[0]).toBe(mixed.outputIds[0]);
});

function castsTo32(ops: readonly RecordedOp[]): Set<number> {
  const { TF_FLOAT } = nativeBackend().binding;
  const casts = ops.filter(
    ({ name, attributes }) =>
      name === 'Cast' &&
      attributes.some((given) => given.name === 'DstT' && given.value === TF_FLOAT),
  );
  return new Set(casts.flatMap(({ outputIds }) => outputIds));
}

test('An op without a rule gets float32, also within the part', () => {
  const x = tf.variable(tf.ones([2, 2]));
  const recording = record([x], () =>
    computeIn('mixed-bfloat16', () => [tf.matMul(x as Tensor2D, x as Tensor2D).exp()]),
  );
  expect(listOps(mixPrecision(recording))).toEqual(['to16', 'BatchMatMulV216', 'to32', 'Exp']);
});

test('A float32 part within a mixed one, and its gradients, stay float32', () => {
  const [x, kernel] = [tf.variable(tf.ones([2, 2])), tf.variable(tf.ones([2, 2]))];
  const recording = record([x, kernel], () =>
    computeIn('mixed-bfloat16', () => {
      const product = () =>
        computeIn('float32', () => matMul(relu(x) as Tensor2D, kernel as unknown as Tensor2D));
      const { value, grads } = tf.variableGrads(() => product().sum() as Scalar);
      return [value, ...Object.values(grads)];
    }),
  );
  const ops = listOps(mixPrecision(recording));
  expect(ops.filter((name) => name === 'MatMul')).toHaveLength(3);
  expect(ops.filter((name) => name.endsWith('16'))).toEqual([]);
});

test('Numbers that are whole are left alone', () => {
  const x = tf.variable(tf.ones([2, 2]));
  const recording = record([x], () =>
    computeIn('mixed-bfloat16', () => {
      const three = tf.scalar(1, 'int32').add(tf.scalar(2, 'int32'));
      return [tf.matMul(x as Tensor2D, x as Tensor2D), three.mul(three)];
    }),
  );
  expect(listOps(mixPrecision(recording))).toContain('Mul');
});

test("prep-lab's own GELU passes bfloat16 on", () => {
  const gelu = (outputId: number, inputIds: number[], name: string): RecordedOp => ({
    name,
    attributes: [
      {
        name: 'T',
        type: nativeBackend().binding.TF_ATTR_TYPE,
        value: nativeBackend().binding.TF_FLOAT,
      },
    ],
    inputIds,
    outputIds: [outputId],
    precision: 'mixed-bfloat16',
  });
  const x = tf.variable(tf.ones([2, 2]));
  const recording = record([x], () =>
    computeIn('mixed-bfloat16', () => [tf.matMul(x as Tensor2D, x as Tensor2D)]),
  );
  const [product] = recording.outputIds as [number];
  const ops = [
    ...recording.ops,
    gelu(product + 1000, [product], 'PrepLabGelu'),
    gelu(product + 1001, [product + 1000, product], 'PrepLabGeluGrad'),
  ];
  const mixed = mixPrecision({ ...recording, ops, outputIds: [product + 1001] });
  expect(listOps(mixed)).toEqual([
    'to16',
    'BatchMatMulV216',
    'PrepLabGelu16',
    'PrepLabGeluGrad16',
    'to32',
  ]);
});
