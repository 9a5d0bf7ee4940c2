import { type Tensor, tensorflow } from './tensorflow.js';

/** Element types of TensorFlow that the engine handles. `uint8` has no TensorFlow.js counterpart: see resident.ts. */
export type ElementType = 'float32' | 'int32' | 'bool' | 'uint8';

type AttributeKind = 'TYPE' | 'INT' | 'FLOAT' | 'BOOL' | 'STRING' | 'SHAPE';

/** An attribute of a TensorFlow op. Make one with {@link attribute}. */
export interface Attribute {
  readonly kind: AttributeKind;
  readonly value: unknown;
}

/** Makes the attributes of a TensorFlow op, one function a kind. */
export const attribute = {
  type: (value: ElementType): Attribute => ({ kind: 'TYPE', value }),
  int: (value: number): Attribute => ({ kind: 'INT', value }),
  ints: (value: readonly number[]): Attribute => ({ kind: 'INT', value }),
  float: (value: number): Attribute => ({ kind: 'FLOAT', value }),
  bool: (value: boolean): Attribute => ({ kind: 'BOOL', value }),
  text: (value: string): Attribute => ({ kind: 'STRING', value }),
  shape: (value: readonly number[]): Attribute => ({ kind: 'SHAPE', value }),
};

export type Attributes = Readonly<Record<string, Attribute>>;

/** The native addon's constants and functions, as far as prep-lab calls them. */
export interface Binding {
  readonly TF_Version: string;
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  readonly TF_BOOL: number;
  readonly TF_UINT8: number;
  readonly TF_STRING: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_SHAPE: number;
  createTensor(shape: readonly number[], elementType: number, values: ArrayBufferView): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): Float32Array | Int32Array | Uint8Array;
  executeOp(
    name: string,
    attributes: readonly NativeAttribute[],
    inputIds: readonly number[],
    outputCount: number,
  ): NativeTensor[];
  loadSavedModel(folder: string, tag: string): number;
  deleteSavedModel(session: number): void;
  runSavedModel(
    session: number,
    inputIds: readonly number[],
    inputNames: string,
    outputNames: string,
  ): NativeTensor[];
}

export interface NativeAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

export interface NativeTensor {
  readonly id: number;
  readonly shape: readonly number[];
  readonly dtype: number;
}

/** What prep-lab uses of tfjs-node's backend: it is not in the package's public types. */
export interface Backend {
  binding: Binding;
  readonly isUsingGpuDevice: boolean;
  readonly tensorMap: {
    get(dataId: object): { readonly id: number; readonly shape: number[]; readonly dtype: number };
  };
  getInputTensorIds(tensors: readonly Tensor[]): number[];
  createOutputTensor(native: NativeTensor): Tensor;
}

/** Returns the loaded native backend. */
export function nativeBackend(): Backend {
  return tensorflow().backend() as unknown as Backend;
}

/** Returns the addon's number for an element type. */
export function elementTypeNumber(binding: Binding, type: ElementType): number {
  switch (type) {
    case 'float32':
      return binding.TF_FLOAT;
    case 'int32':
      return binding.TF_INT32;
    case 'bool':
      return binding.TF_BOOL;
    case 'uint8':
      return binding.TF_UINT8;
  }
}

/** A call of one TensorFlow op by its registered name. Source: tensorflow/core/ops. */
export interface KernelCall {
  readonly name: string;
  readonly attributes: Attributes;
  readonly inputs: readonly Tensor[];
}

/**
 * Runs one TensorFlow op and returns its only output. Not differentiable by itself: see differentiable.ts.
 * @throws Error (a bug) if TensorFlow refuses the op.
 */
export function runKernel(call: KernelCall): Tensor {
  const [output] = runKernelWithOutputs(call, 1);
  if (!output) throw new Error(`${call.name} gave no output.`);
  return output;
}

/** Runs one TensorFlow op with several outputs, in the op's order. */
export function runKernelWithOutputs(call: KernelCall, outputCount: number): Tensor[] {
  const backend = nativeBackend();
  const attributes = Object.entries(call.attributes).map(([name, given]) =>
    toNative(backend.binding, name, given),
  );
  const inputIds = backend.getInputTensorIds(call.inputs);
  return backend.binding
    .executeOp(call.name, attributes, inputIds, outputCount)
    .map((native) => backend.createOutputTensor(native));
}

function toNative(binding: Binding, name: string, given: Attribute): NativeAttribute {
  const type = binding[`TF_ATTR_${given.kind}`];
  const value =
    given.kind === 'TYPE' ? elementTypeNumber(binding, given.value as ElementType) : given.value;
  return { name, type, value };
}
