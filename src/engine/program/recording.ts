import {
  type Backend,
  type Binding,
  type NativeAttribute,
  type NativeTensor,
  nativeBackend,
} from '../kernel.js';
import { type Tensor, tensorflow, type Variable } from '../tensorflow.js';
import type { Step } from './program.js';

/** One op that ran while a step was recorded. Tensors are known by the addon's ids, which are never used twice. */
export interface RecordedOp {
  readonly name: string;
  readonly attributes: readonly NativeAttribute[];
  readonly inputIds: readonly number[];
  readonly outputIds: readonly number[];
}

/** A tensor that a step used but did not make. */
export interface CapturedTensor {
  readonly shape: readonly number[];
  readonly elementType: number;
  /** Set where the step made it from JavaScript values: a constant. */
  readonly values?: ArrayBufferView;
}

export interface RecordedInput {
  readonly id: number;
  readonly shape: readonly number[];
  readonly elementType: number;
}

export interface Recording {
  readonly ops: readonly RecordedOp[];
  readonly captured: ReadonlyMap<number, CapturedTensor>;
  readonly inputs: readonly RecordedInput[];
  readonly outputIds: readonly number[];
  /** The ids that each variable held before and after the step. */
  readonly initialIds: ReadonlyMap<Variable, number>;
  readonly finalIds: ReadonlyMap<Variable, number>;
}

/** Returns the addon's id of a tensor. */
export function nativeId(tensor: Tensor): number {
  const [id] = nativeBackend().getInputTensorIds([tensor]);
  return id as number;
}

/**
 * Runs a step once, eagerly, and records its ops. The variables keep the values that they had before.
 * @throws Error naming the rule if the step reads a tensor's values or runs a graph.
 */
export function recordStep(step: Step, state: readonly Variable[]): Recording {
  const tf = tensorflow();
  const before = state.map((variable) => tf.keep(variable.clone()));
  try {
    tf.engine().startScope();
    try {
      const initialIds = idsOf(state);
      const inputs = (step.inputs ?? []).map(({ shape, dtype }) => tf.zeros([...shape], dtype));
      const recorder = createRecorder(nativeBackend());
      const recordedInputs = inputs.map(describeInput);
      const outputs = recorder.record(() => step.compute(...inputs));
      return {
        ops: recorder.ops,
        captured: recorder.captured,
        inputs: recordedInputs,
        outputIds: outputs.map(nativeId),
        initialIds,
        finalIds: idsOf(state),
      };
    } finally {
      tf.engine().endScope();
    }
  } finally {
    state.forEach((variable, index) => {
      variable.assign(before[index] as Tensor);
    });
    tf.dispose(before);
  }
}

function idsOf(state: readonly Variable[]): Map<Variable, number> {
  return new Map(state.map((variable) => [variable, nativeId(variable)]));
}

function describeInput(input: Tensor): RecordedInput {
  const id = nativeId(input);
  const { shape, dtype } = nativeBackend().tensorMap.get(input.dataId);
  return { id, shape, elementType: dtype };
}

function createRecorder(backend: Backend) {
  const { binding, getInputTensorIds } = backend;
  const ops: RecordedOp[] = [];
  const captured = new Map<number, CapturedTensor>();
  const made = new Set<number>();

  const executeOp: Binding['executeOp'] = (name, attributes, inputIds, outputCount) => {
    const outputs = binding.executeOp(name, attributes, inputIds, outputCount);
    const outputIds = outputs.map((output) => output.id);
    for (const id of outputIds) made.add(id);
    const inferred = inferAttributes(binding, name, outputs);
    ops.push({
      name,
      attributes: [...attributes, ...inferred],
      inputIds: [...inputIds],
      outputIds,
    });
    return outputs;
  };
  const createTensor: Binding['createTensor'] = (shape, elementType, values) => {
    const id = binding.createTensor(shape, elementType, values);
    captured.set(id, { shape: [...shape], elementType, values: copyOf(values) });
    return id;
  };
  const replaced: Readonly<Record<string, unknown>> = {
    executeOp,
    createTensor,
    tensorDataSync: () =>
      refuse('reads the values of a tensor (dataSync, data, array, print or bool)'),
    runSavedModel: () => refuse('runs another graph'),
  };
  // The target is empty because a proxy may not give other answers for a binding's read-only members.
  const recording = new Proxy({} as Binding, {
    get(_, key: keyof Binding & string) {
      const member: unknown = binding[key];
      return replaced[key] ?? (typeof member === 'function' ? member.bind(binding) : member);
    },
  });
  /** All inputs of ops pass here with their types, which the ops alone do not tell. */
  const noteInputs = (tensors: readonly Tensor[]): number[] => {
    const ids = getInputTensorIds.call(backend, tensors);
    tensors.forEach((tensor, index) => {
      const id = ids[index] as number;
      if (made.has(id) || captured.has(id)) return;
      const { shape, dtype } = backend.tensorMap.get(tensor.dataId);
      captured.set(id, { shape, elementType: dtype });
    });
    return ids;
  };

  return {
    ops,
    captured,
    record<T>(run: () => T): T {
      backend.binding = recording;
      backend.getInputTensorIds = noteInputs;
      try {
        return run();
      } finally {
        backend.binding = binding;
        backend.getInputTensorIds = getInputTensorIds;
      }
    },
  };
}

/** Attributes that tfjs-node leaves out and eager execution infers; a graph must state them. */
const attributeOfOutputType: Readonly<Record<string, string>> = { ExpandDims: 'T' };

function inferAttributes(
  binding: Binding,
  op: string,
  outputs: readonly NativeTensor[],
): NativeAttribute[] {
  const name = attributeOfOutputType[op];
  const output = outputs[0];
  return name && output ? [{ name, type: binding.TF_ATTR_TYPE, value: output.dtype }] : [];
}

function refuse(deed: string): never {
  throw new Error(
    `The step ${deed}, so it cannot become a graph: return the tensor from the step and read it after the run.`,
  );
}

function copyOf(values: ArrayBufferView): ArrayBufferView {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return Uint8Array.from(bytes);
}
