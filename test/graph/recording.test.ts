import { beforeAll, describe, expect, test } from 'vitest';
import { batchNormTraining } from '../../src/graph/differentiable/batch-norm.js';
import { gelu } from '../../src/graph/differentiable/gelu.js';
import { createInference, type Inference } from '../../src/graph/infer-outputs.js';
import {
  attribute,
  type Binding,
  nativeBackend,
  runKernel,
} from '../../src/graph/native-backend.js';
import { type Recording, recordStep } from '../../src/graph/recording.js';
import { createByteTable, gatherRows } from '../../src/graph/resident.js';
import type { Tensor, Tensor4D, TensorFlow } from '../../src/graph/tensorflow.js';
import { loadTestEngine } from '../engine.js';

let tf: TensorFlow;
let inference: Inference;
beforeAll(async () => {
  tf = await loadTestEngine();
  inference = createInference(nativeBackend().binding) as Inference;
  expect(inference).toBeDefined();
});

/** Ops with their attributes, each input by what made it: the same for two recordings of one step. */
function describeOps({ ops }: Recording): unknown[] {
  const makers = new Map<number, string>();
  return ops.map(({ name, attributes, inputIds, outputIds }, index) => {
    const inputs = inputIds.map((id) => makers.get(id) ?? 'captured');
    outputIds.forEach((id, output) => {
      makers.set(id, `${index}:${output}`);
    });
    return { name, attributes, inputs, outputs: outputIds.length };
  });
}

/** Counts what the engine computes meanwhile. */
function countComputedOps(run: () => void): number {
  const backend = nativeBackend();
  const { binding } = backend;
  let count = 0;
  const executeOp: Binding['executeOp'] = (...call) => {
    count += 1;
    return binding.executeOp(...call);
  };
  backend.binding = Object.create(binding, { executeOp: { value: executeOp } }) as Binding;
  try {
    run();
  } finally {
    backend.binding = binding;
  }
  return count;
}

function trainingStep() {
  const bytes = Uint8Array.from({ length: 4 * 192 }, (_, index) => index % 251);
  const table = createByteTable(bytes, { rowCount: 4, rowShape: [8, 8, 3] });
  const kernel = tf.variable(tf.fill([3, 3, 3, 4], 0.1));
  const gamma = tf.variable(tf.ones([4]));
  const beta = tf.variable(tf.zeros([4]));
  const dense = tf.variable(tf.fill([64, 10], 0.01));
  const state = [kernel, gamma, beta, dense];
  const logits = (images: Tensor4D) => {
    const x = images.conv2d<Tensor4D>(kernel as Tensor4D, 1, 'same');
    const normalised = batchNormTraining({ x, gamma, beta, epsilon: 1e-3 }, () => {});
    return gelu(normalised).maxPool(2, 2, 'valid').reshape([2, 64]).matMul(dense);
  };
  const compute = () => {
    const images = gatherRows(table, tf.tensor1d([1, 3], 'int32'), 'float32');
    const loss = () =>
      logits(images as Tensor4D)
        .expandDims(0)
        .square()
        .mean() as Tensor;
    const { value, grads } = tf.variableGrads(loss as never);
    for (const variable of state) {
      variable.assign(variable.sub((grads[variable.name] as Tensor).mul(0.1)) as never);
    }
    return [value, tf.concat([images, images], 0)];
  };
  return { step: { compute }, state };
}

describe('A step recorded by inference', () => {
  test('has the ops, attributes and connections of one that runs, and computes nothing', () => {
    const { step, state } = trainingStep();
    const real = recordStep('step', step, { state });
    let inferred: Recording | undefined;
    const computed = countComputedOps(() => {
      inferred = recordStep('step', step, { state, inference });
    });
    expect(computed).toBe(0);
    expect(real.ops.length).toBeGreaterThan(30);
    expect(describeOps(inferred as Recording)).toEqual(describeOps(real));
    expect(inferred?.inputs).toEqual([]);
  });

  test('leaves the variables as they were', () => {
    const { step, state } = trainingStep();
    const before = state.map((variable) => [...variable.dataSync()]);
    const tensors = tf.memory().numTensors;
    recordStep('step', step, { state, inference });
    expect(state.map((variable) => [...variable.dataSync()])).toEqual(before);
    expect(tf.memory().numTensors).toBe(tensors);
  });

  test('runs for real where only a run tells the shape of what an op gives', () => {
    const flags = tf.variable(tf.tensor1d([1, 0, 1]));
    const compute = () => [
      runKernel({ name: 'Where', attributes: { T: attribute.type('float32') }, inputs: [flags] }),
    ];
    const computed = countComputedOps(() => {
      const { ops } = recordStep('step', { compute }, { state: [flags], inference });
      expect(ops.map(({ name }) => name)).toEqual(['Where']);
    });
    expect(computed).toBe(1);
  });

  test('takes an input for what it is, not for its zeros', () => {
    const compute = (...[shape]: Tensor[]) => [
      runKernel({
        name: 'Fill',
        attributes: { T: attribute.type('float32'), index_type: attribute.type('int32') },
        inputs: [shape as Tensor, tf.scalar(1)],
      }),
    ];
    const inputs = [{ shape: [2], dtype: 'int32' as const }];
    const computed = countComputedOps(() => {
      recordStep('step', { compute, inputs }, { state: [], inference });
    });
    expect(computed).toBe(1);
  });
});
