import { nativeBackend } from './native-backend.js';

/** TensorFlow's numbers for element types. Source: tensorflow/c/tf_datatype.h; the addon exports no float64. */
const [float32, float64, int32] = [1, 2, 3];

/** How directions of a space are stretched to variance 1. */
export interface WhiteningOptions {
  /** How many numbers a row has. */
  readonly size: number;
  /** Added to each variance, so that those of 0 stay finite. */
  readonly epsilon: number;
  /** `zca` turns back to the original directions; `pca` leaves the principal ones, the largest variance first. */
  readonly form: 'zca' | 'pca';
}

export interface Whitening {
  /** Shape: [size]. */
  readonly mean: Float32Array;
  /** Shape: [size, size], flat: rows less the mean, times this, are white. */
  readonly matrix: Float32Array;
}

/**
 * Learns the linear map that makes rows uncorrelated, each direction of variance 1, in float64 on the engine.
 * Shape: batches of whole rows, flat float32.
 * Formula: with the covariance (divisor n) V diag(l) V', W = V diag(1 / sqrt(max(l, 0) + epsilon)), times V' for `zca`.
 * Source: eigenvectors by TensorFlow's SelfAdjointEigV2. It runs eagerly, on tensors that TensorFlow.js has no type for.
 */
export function fitWhiteningMatrix(
  batches: Iterable<Float32Array>,
  { size, epsilon, form }: WhiteningOptions,
): Whitening {
  const engine = createFloat64Engine();
  try {
    const { mean, covariance } = measureCovariance(engine, batches, size);
    const [variances, directions] = engine.run('SelfAdjointEigV2', [covariance], {
      flags: { compute_v: true },
      outputs: 2,
    }) as [number, number];
    const positive = engine.run1('Maximum', [variances, engine.constant(0)]);
    const scale = engine.run1('Rsqrt', [
      engine.run1('AddV2', [positive, engine.constant(epsilon)]),
    ]);
    const scaled = engine.run1('Mul', [directions, scale]);
    const matrix =
      form === 'zca'
        ? engine.multiply(scaled, directions, { transpose_a: false, transpose_b: true })
        : engine.run1('ReverseV2', [scaled, engine.axes([1])], { Tidx: int32 });
    return { mean: engine.read(mean), matrix: engine.read(matrix) };
  } finally {
    engine.dispose();
  }
}

type Float64Engine = ReturnType<typeof createFloat64Engine>;

/** Sums in float64: the mean, and the mean of the products less the product of the means. */
function measureCovariance(engine: Float64Engine, batches: Iterable<Float32Array>, size: number) {
  let count = 0;
  let sum: number | undefined;
  let products: number | undefined;
  for (const values of batches) {
    const rows = engine.rows(values, size);
    count += values.length / size;
    const batchSum = engine.run1('Sum', [rows, engine.axes([0])], { Tidx: int32 });
    const batchProducts = engine.multiply(rows, rows, { transpose_a: true, transpose_b: false });
    sum = engine.replace(sum, batchSum);
    products = engine.replace(products, batchProducts);
    engine.free(rows);
  }
  if (sum === undefined || products === undefined) {
    throw new Error('There are no training images to whiten.');
  }
  const divisor = engine.constant(count);
  const mean = engine.run1('RealDiv', [sum, divisor]);
  const row = engine.reshape(mean, [1, size]);
  const square = engine.multiply(row, row, { transpose_a: true, transpose_b: false });
  const covariance = engine.run1('Sub', [engine.run1('RealDiv', [products, divisor]), square]);
  return { mean, covariance };
}

/** TensorFlow's ops on float64, by the addon's ids; all of them are given back by `dispose`. */
function createFloat64Engine() {
  const { binding } = nativeBackend();
  const made = new Set<number>();
  const keep = (id: number): number => {
    made.add(id);
    return id;
  };
  const typeAttribute = (name: string, value: number) => ({
    name,
    type: binding.TF_ATTR_TYPE,
    value,
  });
  interface RunOptions {
    readonly types?: Readonly<Record<string, number>>;
    readonly flags?: Readonly<Record<string, boolean>>;
    readonly outputs?: number;
  }
  const run = (name: string, inputs: readonly number[], options: RunOptions = {}): number[] => {
    const { types = {}, flags = {}, outputs = 1 } = options;
    const attributes = [
      ...Object.entries({ T: float64, ...types }).map(([key, type]) => typeAttribute(key, type)),
      ...Object.entries(flags).map(([key, value]) => ({
        name: key,
        type: binding.TF_ATTR_BOOL,
        value,
      })),
    ];
    return binding.executeOp(name, attributes, inputs, outputs).map(({ id }) => keep(id));
  };
  const run1 = (name: string, inputs: readonly number[], types = {}): number =>
    run(name, inputs, { types })[0] as number;
  const cast = (id: number, from: number, to: number): number => {
    const attributes = [typeAttribute('SrcT', from), typeAttribute('DstT', to)];
    return keep(binding.executeOp('Cast', attributes, [id], 1)[0]?.id as number);
  };
  const create = (shape: readonly number[], values: Float32Array): number =>
    cast(keep(binding.createTensor(shape, binding.TF_FLOAT, values)), float32, float64);
  const ints = (values: readonly number[]): number =>
    keep(binding.createTensor([values.length], binding.TF_INT32, Int32Array.from(values)));
  const free = (id: number): void => {
    if (made.delete(id)) binding.deleteTensor(id);
  };
  return {
    run,
    run1,
    free,
    axes: ints,
    constant: (value: number) => create([], Float32Array.of(value)),
    rows: (values: Float32Array, size: number) => create([values.length / size, size], values),
    reshape: (id: number, shape: readonly number[]) =>
      run1('Reshape', [id, ints(shape)], { Tshape: int32 }),
    multiply: (left: number, right: number, flags: Readonly<Record<string, boolean>>) =>
      run('MatMul', [left, right], { flags })[0] as number,
    /** Adds to what is there, and frees both. */
    replace(sum: number | undefined, added: number): number {
      if (sum === undefined) return added;
      const both = run1('AddV2', [sum, added]);
      free(sum);
      free(added);
      return both;
    },
    read: (id: number) => binding.tensorDataSync(cast(id, float64, float32)) as Float32Array,
    dispose(): void {
      for (const id of made) binding.deleteTensor(id);
      made.clear();
    },
  };
}
