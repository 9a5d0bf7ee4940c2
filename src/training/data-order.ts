import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { attribute, runKernel } from '../graph/native-backend.js';
import type { Program } from '../graph/program.js';
import { streamKey } from '../graph/random.js';
import { type Tensor1D, tensorflow, type Variable } from '../graph/tensorflow.js';
import { createVariable } from '../graph/variable.js';

/** The order of an epoch's images, on the engine, and how far it has been used. */
export interface BatchOrder {
  readonly state: readonly Variable[];
  /** Takes the next `size` indices. Traceable. Shape: int32 [size]. */
  take(size: number): Tensor1D;
  /** Sets the order of an epoch and starts at its beginning. */
  begin(program: Program, order: Int32Array): void;
}

export function createBatchOrder(imageCount: number): BatchOrder {
  const tf = tensorflow();
  const order = createVariable(tf.zeros([imageCount], 'int32'));
  const position = createVariable(tf.scalar(0, 'int32'));
  return {
    state: [order, position],
    take(size) {
      const indices = runKernel({
        name: 'Slice',
        attributes: { T: attribute.type('int32'), Index: attribute.type('int32') },
        inputs: [order, position.reshape([1]), tf.tensor1d([size], 'int32')],
      });
      position.assign(position.add(tf.scalar(size, 'int32')));
      return indices as Tensor1D;
    },
    begin(program, values) {
      tf.tidy(() => {
        program.write([
          [order, tf.tensor1d(values, 'int32')],
          [position, tf.scalar(0, 'int32')],
        ]);
      });
    },
  };
}

/**
 * Returns the order of an epoch's images: a permutation of 0..count-1 that depends on seed and epoch alone, so that it
 * can be made again when a trial continues, and is shared by all arms of a seed.
 */
export function shuffledOrder(
  count: number,
  { seed, epoch }: { seed: number; epoch: number },
): Int32Array {
  return shuffle(count, `${seed}/order/${epoch}`);
}

/**
 * Returns a permutation of 0..count-1 that depends on the stream's name alone.
 * Source: Fisher-Yates shuffle on xoroshiro128+.
 */
export function shuffle(count: number, stream: string): Int32Array {
  const generator = xoroshiro128plus(streamKey(stream));
  const order = Int32Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const other = uniformInt(generator, 0, last);
    const swapped = order[last] as number;
    order[last] = order[other] as number;
    order[other] = swapped;
  }
  return order;
}
