import type { Inference, SymbolicTensor } from './infer-outputs.js';
import {
  type Backend,
  type Binding,
  type NativeAttribute,
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
  /** Call `end` at last. @throws Error naming the rule if `run` does what a graph cannot. */
  record<T>(run: () => T): T;
  /** Gives the addon its place back, when nothing that was recorded is needed any more. */
  end(): void;
}

interface RecorderOptions {
  /** The step's name, for errors. */
  readonly step: string;
  readonly state: readonly Variable[];
  /** What changes from run to run: inputs and variables. */
  readonly changing: readonly RecordedInput[];
  /** Given, no op runs: what it would give is inferred. */
  readonly inference?: Inference | undefined;
}

/** Says that an op's outputs could not be inferred: then the step must run for real. */
class NotInferred extends Error {}

/** The most elements of a list of lengths or axes. */
const largestList = 64;

/** The addon counts its ids up from 0. */
let lastSymbolicId = 0;

function createRecorder(backend: Backend, options: RecorderOptions): Recorder {
  const { step, state, inference } = options;
  const { binding, getInputTensorIds } = backend;
  const ops: RecordedOp[] = [];
  const captured = new Map<number, CapturedTensor>(
    options.changing.map(({ id, ...type }) => [id, type]),
  );
  const tensors = new Map<number, SymbolicTensor>(captured);
  const made = new Set<number>();
  const listed = new Set<Tensor>(state);
  let refusal: Error | undefined;

  /** Remembered, because a step may catch it, or let an unawaited promise do so. */
  const refuse = (deed: string, advice: string): never => {
    refusal ??= refused(step, deed, advice);
    throw refusal;
  };

  const inferOutputs = (
    name: string,
    attributes: NativeAttribute[],
    inputIds: readonly number[],
  ) => {
    const inputs = inputIds.map((id) => tensors.get(id) as SymbolicTensor);
    const outputs = inference?.({ name, attributes, inputs });
    if (!outputs) {
      refusal ??= new NotInferred(name);
      throw refusal;
    }
    return outputs.map(({ dtype, shape }) => {
      lastSymbolicId -= 1;
      return { id: lastSymbolicId, dtype, shape: shape as readonly number[] };
    });
  };
  const executeOp: Binding['executeOp'] = (name, given, inputIds, outputCount) => {
    const inferred = inferAttributes(binding, name, tensors.get(inputIds[0] as number));
    const attributes = [...given, ...inferred];
    const outputs = inference
      ? inferOutputs(name, attributes, inputIds)
      : binding.executeOp(name, given, inputIds, outputCount);
    for (const { id, shape, dtype } of outputs) {
      made.add(id);
      tensors.set(id, { shape, elementType: dtype });
    }
    const outputIds = outputs.map(({ id }) => id);
    ops.push({
      name,
      attributes,
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
  /** Lengths and axes are small lists of integers: outputs may depend on them. */
  const valuesForInference = (id: number, { shape, elementType, values }: CapturedTensor) => {
    const size = shape.reduce((product, length) => product * length, 1);
    if (!inference || elementType !== binding.TF_INT32 || size > largestList) return undefined;
    return values ?? binding.tensorDataSync(id);
  };
  const replaced: Readonly<Record<string, unknown>> = {
    executeOp,
    createTensor,
    deleteTensor(id: number) {
      if (id >= 0) binding.deleteTensor(id);
    },
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
  const noteInputs = (inputs: readonly Tensor[]): number[] => {
    const ids = getInputTensorIds.call(backend, inputs);
    inputs.forEach((tensor, index) => {
      const id = ids[index] as number;
      if (tensor instanceof tensorflow().Variable && !listed.has(tensor)) {
        refuse(`uses the variable "${tensor.name}", which is not in its state`, 'add it there');
      }
      if (tensors.has(id)) return;
      const { shape, dtype } = backend.tensorMap.get(tensor.dataId);
      const known = captured.get(id) ?? { shape, elementType: dtype };
      captured.set(id, known);
      tensors.set(id, { ...known, values: valuesForInference(id, known) });
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
      }
      throw refusal;
    },
    end() {
      backend.binding = binding;
      backend.getInputTensorIds = getInputTensorIds;
    },
  };
}

/** Attributes that tfjs-node leaves out and eager execution infers; a graph must state them. */
const attributeOfInputType: Readonly<Record<string, string>> = { ExpandDims: 'T' };

function inferAttributes(
  binding: Binding,
  op: string,
  input: SymbolicTensor | undefined,
): NativeAttribute[] {
  const name = attributeOfInputType[op];
  return name && input ? [{ name, type: binding.TF_ATTR_TYPE, value: input.elementType }] : [];
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
 * Records the ops of a step: those that it would run, by inference, or where that is not given or does not do, those that
 * it runs. The variables keep the values that they had before.
 * @throws Error naming the rule if the step does what a graph cannot.
 */
export function recordStep(name: string, step: Step, options: RecordOptions): Recording {
  try {
    return recordOnce(name, step, options);
  } catch (error) {
    if (error instanceof NotInferred) return recordOnce(name, step, { state: options.state });
    throw error;
  }
}

interface RecordOptions {
  readonly state: readonly Variable[];
  readonly inference?: Inference | undefined;
}

function recordOnce(name: string, step: Step, options: RecordOptions): Recording {
  const tf = tensorflow();
  const { state } = options;
  const before = state.map((variable) => tf.keep(variable.clone()));
  let recorder: Recorder | undefined;
  try {
    tf.engine().startScope();
    try {
      const initialIds = idsOf(state);
      const inputs = (step.inputs ?? []).map(({ shape, dtype }) => tf.zeros([...shape], dtype));
      const recordedInputs = inputs.map(describeInput);
      const changing = [...recordedInputs, ...state.map(describeInput)];
      recorder = createRecorder(nativeBackend(), { step: name, changing, ...options });
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
    recorder?.end();
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
