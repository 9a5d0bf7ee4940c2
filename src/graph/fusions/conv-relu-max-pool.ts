import { nativeBackend } from '../native-backend.js';
import type { RecordedOp } from '../recording.js';
import type { Fusion, Replacement } from './fusion.js';
import { hasAttributes, type OpIndex, pickAttributes } from './op-index.js';

/**
 * A 3x3 convolution over images of three channels with the bias, relu and 2x2 max pooling behind it, which
 * {@link biasReluMaxPool} must have joined, and the gradients of its filter and bias. Applies in float32, if the images need
 * no gradient and nothing else looks at what lies between. Differs from TensorFlow's in the last digits.
 */
export const convReluMaxPool: Fusion = (index) =>
  index.ops
    .filter((op) => op.name === 'PrepLabBiasReluMaxPoolGrad')
    .flatMap((poolGrad) => {
      const found = findChain(index, poolGrad);
      return found && isAsKernelHasIt(index, found) && isHidden(index, found) ? replace(found) : [];
    });

type Chain = Readonly<Record<'conv' | 'pool' | 'poolGrad' | 'filterGrad', RecordedOp>>;

function findChain(index: OpIndex, poolGrad: RecordedOp): Chain | undefined {
  const [, choice, convolved] = poolGrad.inputIds;
  const conv = index.producer(convolved, 'Conv2D');
  const pool = index.producer(choice, 'PrepLabBiasReluMaxPool');
  const filterGrad = index.consumer(poolGrad.outputIds[0], 'Conv2DBackpropFilter');
  if (!conv || !pool || !filterGrad || filterGrad.inputIds[0] !== conv.inputIds[0]) {
    return undefined;
  }
  return { conv, pool, poolGrad, filterGrad };
}

function isAsKernelHasIt(index: OpIndex, { conv, filterGrad }: Chain): boolean {
  const T = nativeBackend().binding.TF_FLOAT;
  const each = { strides: [1, 1, 1, 1], dilations: [1, 1, 1, 1] };
  const wanted = { T, ...each, padding: 'VALID', data_format: 'NHWC' };
  const [height, width, inputs, outputs = 0] = index.shapeOf(conv.inputIds[1]) ?? [];
  return (
    [conv, filterGrad].every((op) => hasAttributes(op, wanted)) &&
    [height, width, inputs].every((length) => length === 3) &&
    outputs % 32 === 0
  );
}

function isHidden(index: OpIndex, { conv, pool, poolGrad, filterGrad }: Chain): boolean {
  return (
    index.isOnlyFor(conv.outputIds[0], [pool, poolGrad]) &&
    index.isOnlyFor(poolGrad.outputIds[0], [filterGrad])
  );
}

function replace({ conv, pool, poolGrad, filterGrad }: Chain): Replacement[] {
  const [x, filter] = conv.inputIds as [number, number];
  const [, bias] = pool.inputIds as [number, number];
  const [dpooled, choice] = poolGrad.inputIds as [number, number];
  const [, dbias] = poolGrad.outputIds as [number, number];
  const attributes = pickAttributes(conv, ['T']);
  const forward = {
    ...pool,
    name: 'PrepLabConvReluMaxPool',
    attributes,
    inputIds: [x, filter, bias],
  };
  const backward = {
    ...filterGrad,
    name: 'PrepLabConvReluMaxPoolGrad',
    attributes,
    inputIds: [dpooled, choice, x, filter],
    outputIds: [...filterGrad.outputIds, dbias],
  };
  return [
    { replaced: [conv, pool], at: pool, by: forward },
    { replaced: [poolGrad, filterGrad], at: poolGrad, by: backward },
  ];
}
