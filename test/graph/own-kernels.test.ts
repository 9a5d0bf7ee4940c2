import { beforeAll, describe, expect, test } from 'vitest';
import { compileProgram } from '../../src/graph/compile.js';
import { composedGelu, gelu } from '../../src/graph/differentiable/gelu.js';
import { nativeBackend } from '../../src/graph/native-backend.js';
import { hasOwnKernels } from '../../src/graph/own-kernels.js';
import type { Tensor, TensorFlow } from '../../src/graph/tensorflow.js';
import { loadTestEngine } from '../engine.js';
import { valuesOf } from './both-ways.js';

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTestEngine();
  expect(hasOwnKernels()).toBe(true);
});

const float32 = 1;
/** TensorFlow's number for it, which the addon does not export. */
const bfloat16 = 14;

/** Runs an op of one output on tensors that only the addon knows, by its ids. */
function execute(name: string, types: Readonly<Record<string, number>>, ids: number[]): number {
  const { binding } = nativeBackend();
  const attributes = Object.entries(types).map(([key, value]) => ({
    name: key,
    type: binding.TF_ATTR_TYPE,
    value,
  }));
  const [output] = binding.executeOp(name, attributes, ids, 1);
  if (!output) throw new Error(`${name} gave no output.`);
  return output.id;
}

const toBFloat16 = (id: number) => execute('Cast', { SrcT: float32, DstT: bfloat16 }, [id]);
const toFloat32 = (id: number) => execute('Cast', { SrcT: bfloat16, DstT: float32 }, [id]);

/** Runs an op of ours in one type, and returns its output as float32. */
function run(name: string, type: number, inputs: readonly Tensor[]): Float32Array {
  const ids = nativeBackend().getInputTensorIds(inputs);
  const output = execute(name, { T: type }, type === bfloat16 ? ids.map(toBFloat16) : ids);
  const id = type === bfloat16 ? toFloat32(output) : output;
  return nativeBackend().binding.tensorDataSync(id) as Float32Array;
}

/** What TensorFlow makes of float32 in bfloat16. */
function rounded(values: Float32Array): Float32Array {
  const [id] = nativeBackend().getInputTensorIds([tf.tensor1d(values)]);
  return nativeBackend().binding.tensorDataSync(
    toFloat32(toBFloat16(id as number)),
  ) as Float32Array;
}

/** Every number that bfloat16 has, but for those that are infinite or none. */
function allOfBFloat16(): Float32Array {
  const bits = Uint32Array.from({ length: 65_536 }, (_, index) => index << 16);
  return new Float32Array(bits.buffer).filter(Number.isFinite);
}

/** 97,003 numbers from -6 to 6: three pieces of work, the last one not full. */
function manyNumbers(): Tensor {
  return tf.tensor1d(Float32Array.from({ length: 97_003 }, (_, index) => index / 8083.5 - 6));
}

function largestError(found: Float32Array, expected: Float32Array): number {
  return found.reduce((worst, value, index) => {
    return Math.max(worst, Math.abs(value - (expected[index] ?? Number.NaN)));
  }, 0);
}

describe('PrepLabGelu and PrepLabGeluGrad', () => {
  test('give in float32 what TensorFlow composes, to 1e-6', () => {
    const x = manyNumbers();
    const dy = x.mul(0.7).cos();
    const composed = tf.valueAndGrad((input) => composedGelu(input))(x, dy);
    const value = run('PrepLabGelu', float32, [x]);
    expect(largestError(value, composed.value.dataSync<'float32'>())).toBeLessThan(1e-6);
    const gradient = run('PrepLabGeluGrad', float32, [dy, x]);
    expect(largestError(gradient, composed.grad.dataSync<'float32'>())).toBeLessThan(1e-6);
  });

  test('give for every number of bfloat16 the float32 result rounded to the nearest', () => {
    const x = tf.tensor1d(allOfBFloat16());
    expect(x.size).toBe(65_280);
    const value = run('PrepLabGelu', float32, [x]);
    expect(run('PrepLabGelu', bfloat16, [x])).toEqual(rounded(value));
    const dy = tf.tensor1d(rounded(x.mul(0.1).sin().add(0.5).dataSync<'float32'>()));
    const gradient = run('PrepLabGeluGrad', float32, [dy, x]);
    expect(run('PrepLabGeluGrad', bfloat16, [dy, x])).toEqual(rounded(gradient));
  });

  test('give in bfloat16 what TensorFlow composes, to a rounding', () => {
    const numbers = allOfBFloat16().filter((value) => Math.abs(value) < 1e6);
    const x = tf.tensor1d(numbers);
    const composed = composedGelu(x).dataSync<'float32'>();
    const found = run('PrepLabGelu', bfloat16, [x]);
    // Half of bfloat16's last place, and TensorFlow's own error where 1 + erf loses its digits.
    const tolerance = (value: number) => Math.abs(value) * 2 ** -8 + 1e-6;
    const wrong = numbers.filter((_, index) => {
      const [is, should] = [found[index] ?? Number.NaN, composed[index] ?? Number.NaN];
      return !(Math.abs(is - should) <= tolerance(should));
    });
    expect(wrong).toEqual(new Float32Array());
  });

  test('keep what is not a number', () => {
    const x = tf.tensor1d([Number.NaN, 1]);
    for (const type of [float32, bfloat16]) {
      expect(run('PrepLabGelu', type, [x])[0]).toBeNaN();
      expect(run('PrepLabGeluGrad', type, [tf.onesLike(x), x])[0]).toBeNaN();
    }
  });

  test('leave their inputs alone, of which TensorFlow lends them the memory', () => {
    const x = manyNumbers();
    const before = valuesOf(x);
    const first = valuesOf(gelu(x));
    expect(valuesOf(x)).toEqual(before);
    expect(valuesOf(gelu(x))).toEqual(first);
  });

  test('run in a graph, and give there bit for bit what they give by themselves', () => {
    const x = tf.variable(manyNumbers());
    const compute = () => {
      const { value, grad } = tf.valueAndGrad((input) => gelu(input))(x);
      return [value, grad];
    };
    const program = compileProgram({ apply: { compute } }, { state: [x] });
    expect(program.run('apply').map(valuesOf)).toEqual(compute().map(valuesOf));
    program.dispose();
  });

  test('take nothing, and refuse a gradient of another shape', () => {
    expect(gelu(tf.zeros([0, 3])).shape).toEqual([0, 3]);
    expect(() => run('PrepLabGeluGrad', float32, [tf.ones([2, 3]), tf.ones([3, 2])])).toThrow(
      'The inputs must have one shape.',
    );
  });
});
