import {
  type Backend,
  type Binding,
  type NativeAttribute,
  type NativeTensor,
  nativeBackend,
} from './native-backend.js';
import { type Precision, presentPrecision } from './precision.js';
import type { Step } from './program.js';
import { type Tensor, tensorflow, type Variable } from './tensorflow.js';

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
interface Recorder {
  readonly ops: readonly RecordedOp[];
  readonly captured: ReadonlyMap<number, CapturedTensor>;
  /** @throws Error naming the rule if `run` does what a graph cannot. */
  record<T>(run: () => T): T;
}

interface RecorderOptions {
  /** The step's name, for errors. */
  readonly step: string;
  readonly state: readonly Variable[];
}

function createRecorder(backend: Backend, { step, state }: RecorderOptions): Recorder {
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

interface RecordedInput {
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
 * @throws Error naming the rule if the step does what a graph cannot.
 */
export function recordStep(name: string, step: Step, state: readonly Variable[]): Recording {
  const tf = tensorflow();
  const before = state.map((variable) => tf.keep(variable.clone()));
  try {
    tf.engine().startScope();
    try {
      const initialIds = idsOf(state);
      const inputs = (step.inputs ?? []).map(({ shape, dtype }) => tf.zeros([...shape], dtype));
      const recorder = createRecorder(nativeBackend(), { step: name, state });
      const recordedInputs = inputs.map(describeInput);
      const requireOthersUnchanged = watchOtherVariables(name, state);
      // Asking for the ids sends values to the engine that still wait in JavaScript: that belongs to the step.
      const ends = recorder.record(() => {
        const outputs = requireTensors(name, step.compute(...inputs));
        return { outputIds: outputs.map(nativeId), finalIds: idsOf(state) };
      });
      requireOthersUnchanged();
      const { ops, captured } = recorder;
      return { ops, captured, inputs: recordedInputs, initialIds, ...ends };
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

function requireTensors(name: string, outputs: unknown): Tensor[] {
  if (outputs instanceof Promise) {
    // What it waits for was refused already, or is of no use any more.
    outputs.catch(() => {});
    throw refused(name, 'is asynchronous', 'return an array of tensors, not a promise');
  }
  return outputs as Tensor[];
}

function idsOf(state: readonly Variable[]): Map<Variable, number> {
  return new Map(state.map((variable) => [variable, nativeId(variable)]));
}

function describeInput(input: Tensor): RecordedInput {
  const id = nativeId(input);
  const { shape, dtype } = nativeBackend().tensorMap.get(input.dataId);
  return { id, shape, elementType: dtype };
}

/**
 * Notes the values of all variables outside of a program's state, and returns a check that a step left them alone.
 * @throws Error (by the check) naming the variable that the step assigned or made: the graph would do neither.
 */
function watchOtherVariables(step: string, state: readonly Variable[]): () => void {
  const listed = new Set(state);
  const before = valuesOfOthers(listed);
  return () => {
    for (const [variable, value] of valuesOfOthers(listed)) {
      const isNew = !before.has(variable);
      if (!isNew && before.get(variable) === value) continue;
      const deed = isNew ? 'makes the variable' : 'assigns the variable';
      const advice = isNew ? 'make it before and add it there' : 'add it there';
      throw refused(step, `${deed} "${variable.name}", which is not in its state`, advice);
    }
  };
}

/** The object that TensorFlow.js knows a variable's value by changes with every assignment. */
function valuesOfOthers(listed: ReadonlySet<Variable>): Map<Variable, object> {
  const variables = Object.values(tensorflow().engine().registeredVariables);
  return new Map(
    variables
      .filter((variable) => !listed.has(variable))
      .map((variable) => [variable, variable.dataId]),
  );
}
