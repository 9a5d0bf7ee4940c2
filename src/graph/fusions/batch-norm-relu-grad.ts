import { nativeBackend } from '../native-backend.js';
import type { RecordedOp } from '../recording.js';
import type { Fusion, Replacement } from './fusion.js';
import { hasAttributes, type OpIndex, pickAttributes } from './op-index.js';

/**
 * The gradients of relu followed by batch normalisation, and of the bias before both, in two passes over memory. Applies in
 * float32, if nothing else looks at what lies between. Differs from TensorFlow's in the last digits.
 */
export const batchNormReluGrad: Fusion = (index) =>
  index.ops
    .filter((op) => op.name === 'FusedBatchNormGradV3')
    .flatMap((normGrad) => {
      const found = findChain(index, normGrad);
      return found && isAsKernelHasIt(found) && isHidden(index, found) ? [replace(found)] : [];
    });

type Chain = Readonly<Record<'normGrad' | 'reluGrad' | 'biasGrad', RecordedOp>>;

function findChain(index: OpIndex, normGrad: RecordedOp): Chain | undefined {
  const [, activated] = normGrad.inputIds;
  const relu = index.producer(activated, 'Relu');
  const reluGrad = index.consumer(normGrad.outputIds[0], 'ReluGrad');
  const biasGrad = index.consumer(reluGrad?.outputIds[0], 'BiasAddGrad');
  if (!relu || !reluGrad || !biasGrad || reluGrad.inputIds[1] !== activated) return undefined;
  return { normGrad, reluGrad, biasGrad };
}

function isAsKernelHasIt({ normGrad, biasGrad }: Chain): boolean {
  const layout = { data_format: 'NHWC' };
  const float32 = nativeBackend().binding.TF_FLOAT;
  return (
    hasAttributes(normGrad, { T: float32, U: float32, is_training: true, ...layout }) &&
    hasAttributes(biasGrad, layout)
  );
}

function isHidden(index: OpIndex, { normGrad, reluGrad }: Chain): boolean {
  const [dx, , , ...unused] = normGrad.outputIds;
  return index.isOnlyFor(dx, [reluGrad]) && unused.every((id) => index.isOnlyFor(id, []));
}

/** On the CPU the reserved outputs of FusedBatchNormV3 are the batch's mean and population variance. */
function replace({ normGrad, reluGrad, biasGrad }: Chain): Replacement {
  const [, dscale, doffset] = normGrad.outputIds as [number, number, number];
  const by = {
    ...normGrad,
    name: 'PrepLabBatchNormReluGrad',
    attributes: pickAttributes(normGrad, ['T', 'epsilon']),
    inputIds: normGrad.inputIds.slice(0, 5),
    outputIds: [...reluGrad.outputIds, dscale, doffset, ...biasGrad.outputIds],
  };
  return { replaced: [normGrad, reluGrad, biasGrad], at: normGrad, by };
}
