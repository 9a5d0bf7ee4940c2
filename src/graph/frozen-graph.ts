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
  const constantOf = createConstants(graph, {
    recordings: [recording, other],
    state,
    input: input.end,
  });
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
    input,
  }: {
    readonly recordings: readonly [Recording, Recording];
    readonly state: ReadonlyMap<Variable, Tensor>;
    readonly input: GraphEnd;
  },
): ConstantOf {
  const { tensorMap } = nativeBackend();
  const variables = new Map<number, Tensor>();
  for (const [variable, id] of recording.initialIds) {
    variables.set(id, state.get(variable) as Tensor);
  }
  const written = new Map<string, string>();
  const write = (value: Constant, key: string): string => {
    const node = written.get(key) ?? graph.constant(`constant${written.size}`, value);
    written.set(key, node);
    return node;
  };
  return (op, again, place) => {
    const id = op.inputIds[place] as number;
    const variable = variables.get(id);
    if (variable) {
      const elementType = tensorMap.get(variable.dataId).dtype;
      const content = bytesOf(variable.dataSync());
      return write({ elementType, shape: variable.shape, content }, String(id));
    }
    const first = describe(recording.captured.get(id), id);
    const second = describe(other.captured.get(again.inputIds[place] as number), id);
    if (isDeepStrictEqual(first, second)) return write(first, String(id));
    const sizes = readSizes(op, first, second);
    const open = openSize(sizes);
    return open && sizeInputs[op.name] === place
      ? write({ ...first, content: bytesOf(open) }, `${id} open`)
      : computeSizes(graph, { name: `sizes${graph.nodes.length}`, input, sizes, write });
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

/** Lengths, shapes or places for batches of the two recorded sizes. */
type Sizes = readonly [Int32Array, Int32Array];

function readSizes({ name }: RecordedOp, first: Constant, second: Constant): Sizes {
  const isList = first.shape.length === 1 && isDeepStrictEqual(first.shape, second.shape);
  if (isList && first.elementType === nativeBackend().binding.TF_INT32) {
    return [integersOf(first.content), integersOf(second.content)];
  }
  throw notFrozen(`gives ${name} a constant that depends on the number of images`);
}

/** Where an op takes a shape or a size that may say "the rest" in place of one number. */
const sizeInputs: Readonly<Record<string, number>> = { Reshape: 1, Slice: 2 };

function openSize([first, second]: Sizes): Int32Array | undefined {
  const differing = [...first.keys()].filter((axis) => first[axis] !== second[axis]);
  const [axis, ...others] = differing;
  if (axis === undefined || others.length > 0) return undefined;
  return first.with(axis, -1);
}

/** Lets the graph compute sizes that grow with the batch. Formula: sizes(n) = base + slope n. */
function computeSizes(
  graph: GraphBuilder,
  {
    name,
    input,
    sizes: [first, second],
    write,
  }: {
    readonly name: string;
    readonly input: GraphEnd;
    readonly sizes: Sizes;
    readonly write: (value: Constant, key: string) => string;
  },
): string {
  const elementType = nativeBackend().binding.TF_INT32;
  const type: NodeAttribute = { kind: 'type', value: elementType };
  const list = (key: string, values: Int32Array) =>
    write({ elementType, shape: [values.length], content: bytesOf(values) }, `${name} ${key}`);
  const [few, many] = recordedSizes;
  const slope = first.map((size, axis) => ((second[axis] as number) - size) / (many - few));
  const base = first.map((size, axis) => size - (slope[axis] as number) * few);
  const shape = graph.add({
    name: `${name}/shape`,
    op: 'Shape',
    inputs: [input.node],
    attributes: { T: { kind: 'type', value: input.elementType }, out_type: type },
  });
  const count = graph.add({
    name: `${name}/count`,
    op: 'Slice',
    inputs: [shape, list('begin', Int32Array.of(0)), list('size', Int32Array.of(1))],
    attributes: { T: type, Index: type },
  });
  const grown = graph.add({
    name: `${name}/grown`,
    op: 'Mul',
    inputs: [count, list('slope', slope)],
    attributes: { T: type },
  });
  return graph.add({
    name: `${name}/sum`,
    op: 'AddV2',
    inputs: [grown, list('base', base)],
    attributes: { T: type },
  });
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
