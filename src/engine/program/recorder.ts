import type { Backend, Binding, NativeAttribute, NativeTensor } from '../kernel.js';
import { type Tensor, tensorflow, type Variable } from '../tensorflow.js';
import { type Precision, presentPrecision } from './precision.js';

/** One op that ran while a step was recorded. Tensors are known by the addon's ids, which are never used twice. */
export interface RecordedOp {
  readonly name: string;
  readonly attributes: readonly NativeAttribute[];
  readonly inputIds: readonly number[];
  readonly outputIds: readonly number[];
  /** What the part of the step that it belongs to asks for. */
  readonly precision: Precision;
}

/** A tensor that a step used but did not make. */
export interface CapturedTensor {
  readonly shape: readonly number[];
  readonly elementType: number;
  /** Set where the step made it from JavaScript values: a constant. */
  readonly values?: ArrayBufferView;
}

/** Stands in for the addon while a step runs, and notes what passes. */
export interface Recorder {
  readonly ops: readonly RecordedOp[];
  readonly captured: ReadonlyMap<number, CapturedTensor>;
  /** @throws Error naming the rule if `run` does what a graph cannot. */
  record<T>(run: () => T): T;
}

export interface RecorderOptions {
  /** The step's name, for errors. */
  readonly step: string;
  readonly state: readonly Variable[];
}

export function createRecorder(backend: Backend, { step, state }: RecorderOptions): Recorder {
  const { binding, getInputTensorIds } = backend;
  const ops: RecordedOp[] = [];
  const captured = new Map<number, CapturedTensor>();
  const made = new Set<number>();
  const listed = new Set<Tensor>(state);
  let refusal: Error | undefined;

  /** Remembered, because a step may catch it, or let an unawaited promise do so. */
  const refuse = (deed: string, advice: string): never => {
    refusal ??= refused(step, deed, advice);
    throw refusal;
  };

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
      precision: presentPrecision(),
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
    tensorDataSync(id: number) {
      const op = ops.find(({ outputIds }) => outputIds.includes(id));
      const tensor = op ? `what ${op.name} gave` : 'a tensor';
      return refuse(
        `reads the values of ${tensor} (dataSync, data, array, print or bool)`,
        'return the tensor from the step and read it after the run',
      );
    },
    runSavedModel: () => refuse('runs another graph', 'run the two one after the other'),
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
      if (tensor instanceof tensorflow().Variable && !listed.has(tensor)) {
        refuse(`uses the variable "${tensor.name}", which is not in its state`, 'add it there');
      }
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
        const result = run();
        if (!refusal) return result;
      } catch (error) {
        refusal ??= error as Error;
      } finally {
        backend.binding = binding;
        backend.getInputTensorIds = getInputTensorIds;
      }
      throw refusal;
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

/** Returns the error for a step that does what a graph cannot. */
export function refused(step: string, deed: string, advice: string): Error {
  return new Error(`Step "${step}" ${deed}, so it cannot become a graph: ${advice}.`);
}

function copyOf(values: ArrayBufferView): ArrayBufferView {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return Uint8Array.from(bytes);
}
