import { attribute, runKernel } from '../engine/kernel.js';
import type { Program } from '../engine/program/program.js';
import { type Tensor1D, tensorflow, type Variable } from '../engine/tensorflow.js';
import { createVariable } from '../engine/variable.js';

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
