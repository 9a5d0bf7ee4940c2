import { nativeBackend } from '../native-backend.js';
import type { RecordedOp } from '../recording.js';
import type { Fusion, Replacement } from './fusion.js';
import { hasAttributes, type OpIndex, pickAttributes } from './op-index.js';

/**
 * Bias, relu and 2x2 max pooling after a convolution, and their gradients, in one pass each. Applies to a step that has
 * both, in float32, if nothing else looks at what lies between.
 * Differs from TensorFlow's in the gradient's way where two of a window are equal only after the bias is added, and in the
 * last digits of the bias' gradient.
 */
export const biasReluMaxPool: Fusion = (index) =>
  index.ops
    .filter((op) => op.name === 'MaxPoolGrad')
    .flatMap((poolGrad) => {
      const found = findChain(index, poolGrad);
      return found && isAsKernelHasIt(found) && isHidden(index, found) ? replace(index, found) : [];
    });

type Chain = Readonly<
  Record<'biasAdd' | 'relu' | 'pool' | 'poolGrad' | 'reluGrad' | 'biasGrad', RecordedOp>
>;

function findChain(index: OpIndex, poolGrad: RecordedOp): Chain | undefined {
  const [activated, pooled] = poolGrad.inputIds;
  const relu = index.producer(activated, 'Relu');
  const biasAdd = index.producer(relu?.inputIds[0], 'BiasAdd');
  const pool = index.producer(pooled, 'MaxPool');
  const reluGrad = index.consumer(poolGrad.outputIds[0], 'ReluGrad');
  const biasGrad = index.consumer(reluGrad?.outputIds[0], 'BiasAddGrad');
  if (!relu || !biasAdd || !pool || !reluGrad || !biasGrad) return undefined;
  const isOfOne = pool.inputIds[0] === activated && reluGrad.inputIds[1] === activated;
  return isOfOne ? { biasAdd, relu, pool, poolGrad, reluGrad, biasGrad } : undefined;
}

function isAsKernelHasIt({ biasAdd, poolGrad, biasGrad }: Chain): boolean {
  const layout = { data_format: 'NHWC' };
  const T = nativeBackend().binding.TF_FLOAT;
  const window = { ksize: [1, 2, 2, 1], strides: [1, 2, 2, 1], padding: 'VALID' };
  return (
    hasAttributes(poolGrad, { T, ...window, ...layout }) &&
    hasAttributes(biasAdd, layout) &&
    hasAttributes(biasGrad, layout)
  );
}

function isHidden(index: OpIndex, { biasAdd, relu, pool, poolGrad, reluGrad }: Chain): boolean {
  return (
    index.isOnlyFor(relu.outputIds[0], [pool, poolGrad, reluGrad]) &&
    index.isOnlyFor(biasAdd.outputIds[0], [relu]) &&
    index.isOnlyFor(poolGrad.outputIds[0], [reluGrad])
  );
}

function replace(index: OpIndex, chain: Chain): Replacement[] {
  const { biasAdd, relu, pool, poolGrad, reluGrad, biasGrad } = chain;
  const [y, bias] = biasAdd.inputIds as [number, number];
  const [, , dpooled] = poolGrad.inputIds as [number, number, number];
  const [pooled] = pool.outputIds as [number];
  const choice = index.newId();
  const attributes = pickAttributes(pool, ['T']);
  const forward = {
    ...pool,
    name: 'PrepLabBiasReluMaxPool',
    attributes,
    inputIds: [y, bias],
    outputIds: [pooled, choice],
    precision: 'float32' as const,
  };
  const backward = {
    ...reluGrad,
    name: 'PrepLabBiasReluMaxPoolGrad',
    attributes,
    inputIds: [dpooled, choice, y],
    outputIds: [...reluGrad.outputIds, ...biasGrad.outputIds],
    precision: 'float32' as const,
  };
  return [
    { replaced: [biasAdd, relu, pool], at: pool, by: forward },
    { replaced: [poolGrad, reluGrad, biasGrad], at: reluGrad, by: backward },
  ];
}
