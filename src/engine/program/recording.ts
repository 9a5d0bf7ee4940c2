import { nativeBackend } from '../kernel.js';
import { type Tensor, tensorflow, type Variable } from '../tensorflow.js';
import { watchOtherVariables } from './other-variables.js';
import type { Step } from './program.js';
import { type CapturedTensor, createRecorder, type RecordedOp, refused } from './recorder.js';

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
