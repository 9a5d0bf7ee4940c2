import { bfloat16 } from '../bfloat16-rules.js';
import { hasTileKernels } from '../own-kernels.js';
import type { RecordedOp } from '../recording.js';
import type { Fusion, Replacement } from './fusion.js';
import { hasAttributes, type OpIndex, pickAttributes } from './op-index.js';

/**
 * The gradient of a convolution's filter in bfloat16, with its cast to float32, by tiles. Applies with a stride of 1. Sums in
 * another order than TensorFlow's.
 */
export const convFilterGrad: Fusion = (index) =>
  hasTileKernels()
    ? index.ops
        .filter((op) => op.name === 'Conv2DBackpropFilter' && isAsKernelHasIt(op))
        .flatMap((op) => replace(index, op))
    : [];

function isAsKernelHasIt(op: RecordedOp): boolean {
  const single = [1, 1, 1, 1];
  const attributes = { T: bfloat16, strides: single, dilations: single, data_format: 'NHWC' };
  return (
    hasAttributes(op, attributes) &&
    ['SAME', 'VALID'].some((padding) => hasAttributes(op, { padding }))
  );
}

function replace(index: OpIndex, op: RecordedOp): Replacement[] {
  const [gradient] = op.outputIds;
  const cast = index.consumer(gradient, 'Cast');
  if (!cast || !index.isOnlyFor(gradient, [cast])) return [];
  const by = {
    ...op,
    name: 'PrepLabConvFilterGrad',
    attributes: pickAttributes(op, ['T']),
    outputIds: cast.outputIds,
  };
  return [{ replaced: [op, cast], at: op, by }];
}
