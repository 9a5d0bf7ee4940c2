import { isDeepStrictEqual } from 'node:util';
import { createGraphBuilder, type GraphBuilder, toNodeAttribute } from './graph.js';
import { createInference } from './infer-outputs.js';
import { elementTypeNumber, nativeBackend } from './native-backend.js';
import { withoutOwnKernels } from './own-kernels.js';
import type { Step } from './program.js';
import {
  type CapturedTensor,
  type RecordedOp,
  type Recording,
  recordStep,
  refused,
} from './recording.js';
import type { GraphEnd, GraphNode, NodeAttribute } from './saved-model.js';
import type { Tensor, Variable } from './tensorflow.js';

/** A function of a batch of images as a graph of constants and TensorFlow's own ops, for any number of images. */
export interface FrozenGraph {
  readonly nodes: readonly GraphNode[];
  /** Shape: uint8 [-1, H, W, C]. */
  readonly input: GraphEnd;
  readonly output: GraphEnd;
}

export interface FreezeOptions {
  /** Of one image. */
  readonly imageShape: readonly [height: number, width: number, channels: number];
  /** All variables that the function reads, and what they are to be. */
  readonly state: ReadonlyMap<Variable, Tensor>;
  readonly inputName: string;
  readonly outputName: string;
}

/** The function is recorded for batches of these sizes: what differs between the two follows the size of the batch. */
const recordedSizes = [2, 3] as const;

/**
 * Freezes a function of images: its ops with all that they take as constants, for batches of any size.
 * @param compute Shape: float32 [N, H, W, C] to float32 [N, K]. Must keep the rules of steps and assign no variable.
 * @throws Error naming the op if it cannot be frozen.
 */
export function freeze(compute: (images: Tensor) => Tensor, options: FreezeOptions): FrozenGraph {
  const { imageShape, state, inputName, outputName } = options;
  const { binding } = nativeBackend();
  const inference = createInference(binding);
  const [recording, other] = recordedSizes.map((size) => {
    const step: Step = {
      inputs: [{ shape: [size, ...imageShape], dtype: 'float32' }],
      compute: (images) => [compute(images as Tensor)],
    };
    const variables = [...state.keys()];
    return withoutOwnKernels(() => recordStep(outputName, step, { state: variables, inference }));
  }) as [Recording, Recording];
  const graph = createGraphBuilder();
  const input = addInput(graph, { inputName, imageShape });
  const nodeOf = new Map([[recording.inputs[0]?.id as number, input.values]]);
  const constantOf = createConstants(graph, { recordings: [recording, other], state });
  for (const [index, op] of usedOps(recording).entries()) {
    const name = `${outputName}/${index}_${op.name}`;
    writeOp(graph, { name, op, again: matching(op, recording, other), nodeOf, constantOf });
  }
  const outputId = recording.outputIds[0] as number;
  const elementType = binding.TF_FLOAT;
  const last = nodeOf.get(outputId);
  if (!last) throw new Error(`"${outputName}" is no output of an op.`);
  graph.identity(outputName, { input: last, elementType, after: [] });
  return {
    nodes: graph.nodes,
    input: input.end,
    output: { key: outputName, node: outputName, elementType, shape: [-1] },
  };
}

function addInput(
  graph: GraphBuilder,
  { inputName, imageShape }: Pick<FreezeOptions, 'inputName' | 'imageShape'>,
): { readonly end: GraphEnd; readonly values: string } {
  const { binding } = nativeBackend();
  const [uint8, float32] = [binding.TF_UINT8, elementTypeNumber(binding, 'float32')];
  const shape = [-1, ...imageShape];
  const node = graph.placeholder(inputName, { elementType: uint8, shape });
  const values = graph.add({
    name: `${inputName}/values`,
    op: 'Cast',
    inputs: [node],
    attributes: {
      SrcT: { kind: 'type', value: uint8 },
      DstT: { kind: 'type', value: float32 },
      Truncate: { kind: 'bool', value: false },
    },
  });
  return { end: { key: inputName, node, elementType: uint8, shape }, values };
}

/** Leaves out what the output does not need. */
function usedOps({ ops, outputIds }: Recording): RecordedOp[] {
  const needed = new Set(outputIds);
  return ops
    .toReversed()
    .filter((op) => {
      if (!op.outputIds.some((id) => needed.has(id))) return false;
      for (const id of op.inputIds) needed.add(id);
      return true;
    })
    .reverse();
}

/** Returns the same op of the other recording. */
function matching(op: RecordedOp, { ops }: Recording, other: Recording): RecordedOp {
  const again = other.ops[ops.indexOf(op)];
  if (again?.name === op.name && isDeepStrictEqual(again.attributes, op.attributes)) return again;
  throw notFrozen(`runs ${op.name} in a way that depends on the number of images`);
}

/** Returns the constant that an op takes at a place. */
type ConstantOf = (op: RecordedOp, again: RecordedOp, place: number) => string;

function writeOp(
  graph: GraphBuilder,
  step: {
    readonly name: string;
    readonly op: RecordedOp;
    readonly again: RecordedOp;
    readonly nodeOf: Map<number, string>;
    readonly constantOf: ConstantOf;
  },
): void {
  const { name, op, again, nodeOf, constantOf } = step;
  const { binding } = nativeBackend();
  const attributes: Record<string, NodeAttribute> = {};
  for (const given of op.attributes) {
    attributes[given.name] = toNodeAttribute(binding, op.name, given);
  }
  const inputs = op.inputIds.map((id, place) => nodeOf.get(id) ?? constantOf(op, again, place));
  const node = graph.add({ name, op: op.name, inputs, attributes });
  op.outputIds.forEach((id, output) => {
    nodeOf.set(id, output === 0 ? node : `${node}:${output}`);
  });
}

function createConstants(
  graph: GraphBuilder,
  {
    recordings: [recording, other],
    state,
  }: {
    readonly recordings: readonly [Recording, Recording];
    readonly state: ReadonlyMap<Variable, Tensor>;
  },
): ConstantOf {
  const { tensorMap } = nativeBackend();
  const variables = new Map<number, Tensor>();
  for (const [variable, id] of recording.initialIds) {
    variables.set(id, state.get(variable) as Tensor);
  }
  const written = new Map<string, string>();
  return (op, again, place) => {
    const id = op.inputIds[place] as number;
    const variable = variables.get(id);
    const elementType = variable && tensorMap.get(variable.dataId).dtype;
    const value =
      variable && elementType !== undefined
        ? { elementType, shape: variable.shape, content: bytesOf(variable.dataSync()) }
        : sizedConstant(
            { op, place },
            describe(recording.captured.get(id), id),
            describe(other.captured.get(again.inputIds[place] as number), again.inputIds[place]),
          );
    const key = `${id} ${value.content.length > 256 ? '' : value.content.join()}`;
    const node = written.get(key) ?? graph.constant(`constant${written.size}`, value);
    written.set(key, node);
    return node;
  };
}

interface Constant {
  readonly elementType: number;
  readonly shape: readonly number[];
  readonly content: Uint8Array;
}

function describe(tensor: CapturedTensor | undefined, id: number | undefined): Constant {
  if (!tensor || id === undefined) throw notFrozen('uses a tensor of unknown origin');
  const { shape, elementType, values = nativeBackend().binding.tensorDataSync(id) } = tensor;
  return { elementType, shape, content: bytesOf(values) };
}

/** Where an op takes a shape or a size that may say "the rest" in place of a number. */
const sizeInputs: Readonly<Record<string, number>> = { Reshape: 1, Slice: 2 };

/** Returns a constant for batches of any size: itself, or a shape whose size of the batch is left open. */
function sizedConstant(
  { op, place }: { readonly op: RecordedOp; readonly place: number },
  first: Constant,
  second: Constant,
): Constant {
  if (isDeepStrictEqual(first, second)) return first;
  const isSize = sizeInputs[op.name] === place && isDeepStrictEqual(first.shape, second.shape);
  const [sizes, others] = [first, second].map(({ content }) => integersOf(content)) as [
    Int32Array,
    Int32Array,
  ];
  const differing = [...sizes.keys()].filter((axis) => sizes[axis] !== others[axis]);
  const [axis] = differing;
  if (!isSize || differing.length !== 1 || axis === undefined) {
    throw notFrozen(`gives ${op.name} a constant that depends on the number of images`);
  }
  sizes[axis] = -1;
  return { ...first, content: bytesOf(sizes) };
}

function notFrozen(deed: string): Error {
  return refused('export', deed, 'leave the op out');
}

function integersOf(content: Uint8Array): Int32Array {
  return new Int32Array(Uint8Array.from(content).buffer);
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
