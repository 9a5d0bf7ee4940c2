import { createHash } from 'node:crypto';
import { attribute, runKernel } from './kernel.js';
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
export interface UniformOptions {
  readonly shape: readonly number[];
  readonly low: number;
  readonly high: number;
}

/** Random tensors made on the engine from a seed, a stream, a name and a step: the same four, the same numbers. */
export interface EngineRandomSource {
  /** Draws float32 from [low, high). */
  uniform(name: string, options: UniformOptions): Tensor;
  /** Draws float32 from the standard normal distribution; `truncated` redraws what lies beyond two deviations. */
  normal(name: string, options: { shape: readonly number[]; truncated: boolean }): Tensor;
}

/**
 * Creates a source of random tensors.
 * Source: TensorFlow's stateless random ops (Philox 4x32-10): the seed pair alone decides the numbers, on every device.
 */
export function createRandomSource(options: RandomSourceOptions): EngineRandomSource {
  const seedPair = (name: string): Tensor => {
    const tf = tensorflow();
    const key = streamKey(`${options.seed}/${options.stream}/${name}`);
    return tf.stack([tf.scalar(key, 'int32'), options.step]);
  };
  return {
    uniform(name, { shape, low, high }) {
      return tensorflow().tidy(() => {
        const unit = drawStateless('StatelessRandomUniform', shape, seedPair(name));
        if (low === 0 && high === 1) return unit;
        return unit.mul(high - low).add(low);
      });
    },
    normal(name, { shape, truncated }) {
      const op = truncated ? 'StatelessTruncatedNormal' : 'StatelessRandomNormal';
      return tensorflow().tidy(() => drawStateless(op, shape, seedPair(name)));
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

/** Returns a 32-bit key for a text: the first four bytes of its SHA-256, so that similar names give unrelated keys. */
export function streamKey(text: string): number {
  return createHash('sha256').update(text).digest().readInt32LE(0);
}
