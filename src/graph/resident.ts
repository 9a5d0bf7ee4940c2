import { attribute, type ElementType, nativeBackend, runKernel } from './native-backend.js';
import { type Tensor, type Tensor1D, tensorflow } from './tensorflow.js';

/**
 * A table of bytes that stays on the engine: rows are gathered there and become float32 or int32 there.
 * TensorFlow.js has no uint8, so the tensor must not be used by other ops than {@link gatherRows}.
 */
export interface ByteTable {
  readonly tensor: Tensor;
  /** Shape of one row. */
  readonly rowShape: readonly number[];
  readonly rowCount: number;
  dispose(): void;
}

/**
 * Copies bytes to the engine.
 * Shape: `rowCount` rows of `rowShape`; `bytes` has exactly that many.
 */
export function createByteTable(
  bytes: Uint8Array,
  options: { readonly rowCount: number; readonly rowShape: readonly number[] },
): ByteTable {
  const backend = nativeBackend();
  const shape = [options.rowCount, ...options.rowShape];
  const { TF_UINT8 } = backend.binding;
  const id = backend.binding.createTensor(shape, TF_UINT8, bytes);
  const tensor = tensorflow().keep(backend.createOutputTensor({ id, shape, dtype: TF_UINT8 }));
  return { ...options, tensor, dispose: () => tensor.dispose() };
}

/**
 * Maps a file into memory: the system reads what is gathered, and lets go of it where memory is short.
 * Shape: the file has `rowCount` rows of `rowShape`. It must not change while the table lives.
 */
export function mapByteTable(
  path: string,
  options: { readonly rowCount: number; readonly rowShape: readonly number[] },
): ByteTable {
  const tensor = runKernel({
    name: 'ImmutableConst',
    attributes: {
      dtype: attribute.type('uint8'),
      shape: attribute.shape([options.rowCount, ...options.rowShape]),
      memory_region_name: attribute.text(path),
    },
    inputs: [],
  });
  tensorflow().keep(tensor);
  return { ...options, tensor, dispose: () => tensor.dispose() };
}

/** Gathers rows by index and converts them. Shape: int32 [N] to `to` [N, ...rowShape]. */
export function gatherRows(table: ByteTable, indices: Tensor1D, to: 'float32' | 'int32'): Tensor {
  return tensorflow().tidy(() => {
    const rows = gather(table.tensor, indices, 'uint8');
    return runKernel({
      name: 'Cast',
      attributes: {
        SrcT: attribute.type('uint8'),
        DstT: attribute.type(to),
        Truncate: attribute.bool(false),
      },
      inputs: [rows],
    });
  });
}

/** Gathers along the first axis. Shape: [M, ...] and int32 [N] (or a scalar) to [N, ...] (or [...]). */
export function gather(table: Tensor, indices: Tensor, type: ElementType): Tensor {
  return runKernel({
    name: 'GatherV2',
    attributes: {
      batch_dims: attribute.int(0),
      Tparams: attribute.type(type),
      Tindices: attribute.type('int32'),
      Taxis: attribute.type('int32'),
    },
    inputs: [table, indices, tensorflow().scalar(0, 'int32')],
  });
}
