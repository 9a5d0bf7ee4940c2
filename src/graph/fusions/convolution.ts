import { bfloat16 } from '../bfloat16-rules.js';
import { type NativeAttribute, nativeBackend } from '../native-backend.js';
import { hasTileKernels, hasWideKernels } from '../own-kernels.js';
import type { RecordedOp } from '../recording.js';
import type { Fusion, Replacement } from './fusion.js';
import { hasAttributes, type OpIndex, pickAttributes } from './op-index.js';

/**
 * Convolutions with a stride of 1 and their gradients. In float32 those by 3 x 3 filters, with the bias and relu that follow, by
 * fewer products (Winograd's, on processors with AVX-512): they differ from TensorFlow's in the last digits, and are not a
 * number where TensorFlow's are infinite. In bfloat16 the
 * gradient of the filter, with its cast to float32, by tiles (on processors with AMX): it sums in another order.
 */
export const convolution: Fusion = (index) =>
  index.ops
    .filter((op) => op.name.startsWith('Conv2D') && hasAttributes(op, plain))
    .flatMap((op) => kinds[op.name]?.(index, op) ?? []);

const single = [1, 1, 1, 1];
const plain = { strides: single, dilations: single, data_format: 'NHWC' };

const kinds: Readonly<Record<string, (index: OpIndex, op: RecordedOp) => Replacement[]>> = {
  Conv2D(index, op) {
    const [x, filter] = op.inputIds as [number, number];
    if (!isForFewerProducts(op, index.shapeOf(filter))) return [];
    const biasAdd = onlyConsumer(index, op, 'BiasAdd');
    const relu = biasAdd && onlyConsumer(index, biasAdd, 'Relu');
    const bias = biasAdd ? biasAdd.inputIds.slice(1) : [];
    const replaced = [op, biasAdd, relu].filter((one) => one !== undefined);
    const last = replaced.at(-1) as RecordedOp;
    const { binding } = nativeBackend();
    const by = {
      ...op,
      name: 'PrepLabConv',
      attributes: [
        ...withPadding(op),
        { name: 'N', type: binding.TF_ATTR_INT, value: bias.length },
        { name: 'relu', type: binding.TF_ATTR_BOOL, value: relu !== undefined },
      ],
      inputIds: [x, filter, ...bias],
      outputIds: last.outputIds,
    };
    return [{ replaced, at: last, by }];
  },
  Conv2DBackpropInput(index, op) {
    const [, filter, dy] = op.inputIds as [number, number, number];
    if (!isForFewerProducts(op, index.shapeOf(filter))) return [];
    const attributes = withPadding(op);
    const by = { ...op, name: 'PrepLabConvInputGrad', attributes, inputIds: [filter, dy] };
    return [{ replaced: [op], at: op, by }];
  },
  Conv2DBackpropFilter(index, op) {
    const sizes = index.valuesOf(op.inputIds[1]);
    const by = {
      ...op,
      name: 'PrepLabConvFilterGrad',
      attributes: pickAttributes(op, ['T']),
    };
    if (isForFewerProducts(op, sizes)) return [{ replaced: [op], at: op, by }];
    const cast = isForTiles(op) ? onlyConsumer(index, op, 'Cast') : undefined;
    if (!cast) return [];
    return [{ replaced: [op, cast], at: op, by: { ...by, outputIds: cast.outputIds } }];
  },
};

/** With fewer channels TensorFlow's are as fast, with more the transformed filter is too large for a processor's caches. */
const [fewest, most] = [64, 256];

function isForFewerProducts(op: RecordedOp, filter: readonly number[] | undefined): boolean {
  const [height, width, ...channels] = filter ?? [];
  return (
    hasWideKernels() &&
    hasAttributes(op, { T: nativeBackend().binding.TF_FLOAT }) &&
    paddingOf(op) !== undefined &&
    height === 3 &&
    width === 3 &&
    channels.every((count) => count % 32 === 0 && count >= fewest && count <= most)
  );
}

function isForTiles(op: RecordedOp): boolean {
  return hasTileKernels() && hasAttributes(op, { T: bfloat16 }) && paddingOf(op) !== undefined;
}

/** Zeros at each edge, for a filter of 3 x 3. */
function paddingOf(op: RecordedOp): number | undefined {
  if (hasAttributes(op, { padding: 'SAME' })) return 1;
  return hasAttributes(op, { padding: 'VALID' }) ? 0 : undefined;
}

function withPadding(op: RecordedOp): NativeAttribute[] {
  const type = nativeBackend().binding.TF_ATTR_INT;
  return [...pickAttributes(op, ['T']), { name: 'padding', type, value: paddingOf(op) }];
}

function onlyConsumer(index: OpIndex, op: RecordedOp, name: string): RecordedOp | undefined {
  const [output] = op.outputIds;
  const consumer = index.consumer(output, name);
  return consumer && index.isOnlyFor(output, [consumer]) ? consumer : undefined;
}
