import { createHash } from 'node:crypto';
import { attribute, runKernel } from './native-backend.js';
import { type Tensor, tensorflow } from './tensorflow.js';

export interface RandomSourceOptions {
  /** The trial's seed. Every seed counts, 0 too. */
  readonly seed: number;
  /** Tells streams of one seed apart, such as "augmentation/1". */
  readonly stream: string;
  /** Int32 scalar on the engine that differs between steps; it may be a variable, so a traced step draws anew. */
  readonly step: Tensor;
}

/** Bounds of a uniform draw: [low, high). */
interface UniformOptions {
  readonly shape: readonly number[];
  readonly low: number;
  readonly high: number;
}

/** Bounds of a uniform draw, [low, high), that belongs to what it is for, not to where that stands in a batch. */
interface UniformByIndexOptions {
  /** The same index gets the same number. Shape: int32 [N]. */
  readonly indices: Tensor;
  /** With it, each index gets another number in every epoch. Shape: int32 scalar. */
  readonly epoch?: Tensor;
  readonly low: number;
  readonly high: number;
}

/** Random tensors made on the engine from a seed, a stream, a name and a step: the same four, the same numbers. */
export interface EngineRandomSource {
  /** Returns the seeds of the stateless ops that draw what has this name. Shape: int32 [2]. */
  seeds(name: string): Tensor;
  /** Draws float32 from [low, high). */
  uniform(name: string, options: UniformOptions): Tensor;
  /** Draws float32 from [low, high), a number for each index: see {@link UniformByIndexOptions}. The step changes nothing. */
  uniformByIndex(name: string, options: UniformByIndexOptions): Tensor;
  /** Draws float32 from the standard normal distribution; `truncated` redraws what lies beyond two deviations. */
  normal(
    name: string,
    options: { readonly shape: readonly number[]; readonly truncated?: boolean },
  ): Tensor;
}

/**
 * Creates a source of random tensors.
 * Source: TensorFlow's stateless random ops (Philox 4x32-10): the seed pair alone decides the numbers, on every device.
 */
export function createRandomSource(options: RandomSourceOptions): EngineRandomSource {
  const seeds = (name: string): Tensor => {
    const tf = tensorflow();
    const key = streamKey(`${options.seed}/${options.stream}/${name}`);
    return tf.tidy(() => tf.stack([tf.scalar(key, 'int32'), options.step]));
  };
  return {
    seeds,
    uniform(name, { shape, low, high }) {
      return tensorflow().tidy(() => {
        const unit = drawStateless('StatelessRandomUniform', shape, seeds(name));
        return spread(unit, low, high);
      });
    },
    uniformByIndex(name, { indices, epoch, low, high }) {
      const key = (part: string) =>
        int32(streamKey(`${options.seed}/${options.stream}/${name}/${part}`));
      return tensorflow().tidy(() => {
        const within = epoch ? mixBits(epoch.add(key('epoch'))) : key('epoch');
        const hash = mixBits(mixBits(indices.add(key('index'))).add(within));
        return spread(toUnit(hash), low, high);
      });
    },
    normal(name, { shape, truncated = false }) {
      const op = truncated ? 'StatelessTruncatedNormal' : 'StatelessRandomNormal';
      return tensorflow().tidy(() => drawStateless(op, shape, seeds(name)));
    },
  };
}

function drawStateless(op: string, shape: readonly number[], seedPair: Tensor): Tensor {
  return runKernel({
    name: op,
    attributes: {
      dtype: attribute.type('float32'),
      T: attribute.type('int32'),
      Tseed: attribute.type('int32'),
    },
    inputs: [tensorflow().tensor1d([...shape], 'int32'), seedPair],
  });
}

function spread(unit: Tensor, low: number, high: number): Tensor {
  return low === 0 && high === 1 ? unit : unit.mul(high - low).add(low);
}

/**
 * Scrambles each number so that neighbours become unrelated; one-to-one.
 * Shape: int32, any to the same.
 * Source: "lowbias32" of Chris Wellons' hash-prospector.
 */
function mixBits(numbers: Tensor): Tensor {
  const first = foldBits(numbers, 16).mul<Tensor>(int32(0x7feb352d));
  const second = foldBits(first, 15).mul<Tensor>(int32(0x846ca68b));
  return foldBits(second, 16);
}

/** Formula: x ^ (x >>> count). */
function foldBits(numbers: Tensor, count: number): Tensor {
  return runInt32('BitwiseXor', numbers, shiftRight(numbers, count));
}

/** Formula: x >>> count. TensorFlow's shift of int32 keeps the sign: the bits that it copies are cut off. */
function shiftRight(numbers: Tensor, count: number): Tensor {
  const shifted = runInt32('RightShift', numbers, int32(count));
  return runInt32('BitwiseAnd', shifted, int32(2 ** (32 - count) - 1));
}

/** As many bits as float32 holds exactly, so that 1 is never reached. */
function toUnit(hash: Tensor): Tensor {
  return shiftRight(hash, 8)
    .cast('float32')
    .mul(2 ** -24);
}

function int32(value: number): Tensor {
  return tensorflow().scalar(value | 0, 'int32');
}

function runInt32(name: string, left: Tensor, right: Tensor): Tensor {
  return runKernel({
    name,
    attributes: { T: attribute.type('int32') },
    inputs: [left, right],
  });
}

/** Returns a 32-bit key for a text: the first four bytes of its SHA-256, so that similar names give unrelated keys. */
export function streamKey(text: string): number {
  return createHash('sha256').update(text).digest().readInt32LE(0);
}
