import { nativeBackend } from '../native-backend.js';
import type { RecordedOp } from '../recording.js';
import type { Fusion, Replacement } from './fusion.js';
import { hasAttributes, type OpIndex, pickAttributes } from './op-index.js';

/**
 * The gradients of relu followed by batch normalisation, and of the bias before both, in two passes over memory. Applies if
 * nothing else looks at what lies between. Differs from TensorFlow's in the last digits.
 */
export const batchNormReluGrad: Fusion = (index) =>
  index.ops
    .filter((op) => op.name === 'FusedBatchNormGradV3')
    .flatMap((normGrad) => {
      const found = findChain(index, normGrad);
      return found && isAsKernelHasIt(found) && isHidden(index, found) ? [replace(found)] : [];
    });

interface Chain extends Readonly<Record<'normGrad' | 'reluGrad', RecordedOp>> {
  /** What sums up the bias' gradient: the last one gives it, in float32. */
  readonly biasGrad: readonly RecordedOp[];
}

function findChain(index: OpIndex, normGrad: RecordedOp): Chain | undefined {
  const [, activated] = normGrad.inputIds;
  const relu = index.producer(activated, 'Relu');
  const reluGrad = index.consumer(normGrad.outputIds[0], 'ReluGrad');
  const biasGrad =
    index.follow(reluGrad?.outputIds[0], sumInFloat32) ??
    index.follow(reluGrad?.outputIds[0], sumInBfloat16);
  if (!relu || !reluGrad || !biasGrad || reluGrad.inputIds[1] !== activated) return undefined;
  return { normGrad, reluGrad, biasGrad };
}

/** How the gradient of a bias is recorded, see bias-add.ts, with the cast to float32 that mixed precision adds. */
const sumInFloat32 = ['BiasAddGrad'];
const sumInBfloat16 = ['Reshape', 'BatchMatMulV2', 'Reshape', 'Cast'];

function isAsKernelHasIt({ normGrad, biasGrad }: Chain): boolean {
  const layout = { data_format: 'NHWC' };
  const U = nativeBackend().binding.TF_FLOAT;
  return (
    hasAttributes(normGrad, { U, is_training: true, ...layout }) &&
    biasGrad.every((op) => op.name !== 'BiasAddGrad' || hasAttributes(op, layout))
  );
}

function isHidden(index: OpIndex, { normGrad, reluGrad, biasGrad }: Chain): boolean {
  const [dx, , , ...unused] = normGrad.outputIds;
  return (
    index.isOnlyFor(dx, [reluGrad]) &&
    unused.every((id) => index.isOnlyFor(id, [])) &&
    biasGrad.slice(1).every((op, at) => index.isOnlyFor(biasGrad[at]?.outputIds[0], [op]))
  );
}

/** On the CPU the reserved outputs of FusedBatchNormV3 are the batch's mean and population variance. */
function replace({ normGrad, reluGrad, biasGrad }: Chain): Replacement {
  const [, dscale, doffset] = normGrad.outputIds as [number, number, number];
  const by = {
    ...normGrad,
    name: 'PrepLabBatchNormReluGrad',
    attributes: pickAttributes(normGrad, ['T', 'epsilon']),
    inputIds: normGrad.inputIds.slice(0, 5),
    outputIds: [...reluGrad.outputIds, dscale, doffset, biasGrad.at(-1)?.outputIds[0] as number],
  };
  return { replaced: [normGrad, reluGrad, ...biasGrad], at: normGrad, by };
}
