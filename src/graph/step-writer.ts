import {
  addAssignment,
  addVariable,
  type GraphBuilder,
  type GraphVariable,
  toNodeAttribute,
} from './graph.js';
import { nativeBackend } from './native-backend.js';
import type { CapturedTensor, Recording } from './recording.js';
import type { NodeAttribute } from './saved-model.js';
import type { Variable } from './tensorflow.js';

/**
 * Captured tensors up to this many elements become constants, as do those of any size that the step makes from numbers;
 * TensorFlow folds and copies those freely.
 */
const largestConstant = 1024;

/**
 * Tables of bytes stay in the machine's own memory, where rows of them are gathered: TensorFlow would keep them on a GPU, which
 * has no kernel to gather bytes, and copy the whole table back for each batch.
 */
const hostDevice = '/device:CPU:0';

/** Where to feed and fetch a step. */
export interface StepNodes {
  readonly inputs: readonly { readonly node: string; readonly elementType: number }[];
  readonly outputs: readonly string[];
  /** Fetching it makes all assignments of the step happen. */
  readonly done: string;
}

/** A captured tensor that lives in the graph as a variable. */
export interface Resident {
  readonly id: number;
  /** How many elements it has. */
  readonly size: number;
  readonly variable: GraphVariable;
}

export interface StepWriter {
  write(name: string, recording: Recording): StepNodes;
  readonly resident: readonly Resident[];
}

/**
 * Writes recorded steps as nodes of a graph; what they capture is shared between them. The same steps, recorded at another
 * time, are the same nodes: names are made of places, not of tensors' ids.
 */
export function createStepWriter(
  graph: GraphBuilder,
  variables: ReadonlyMap<Variable, GraphVariable>,
): StepWriter {
  const resident: Resident[] = [];
  const shared = new Map<number, string>();
  const capture = (id: number, tensor: CapturedTensor): string => {
    const number = shared.size;
    const node = shared.get(id) ?? addCaptured(graph, { id, number, tensor, resident });
    shared.set(id, node);
    return node;
  };
  return {
    resident,
    write(name, recording) {
      const nodeOf = new Map<number, string>();
      for (const [variable, nodes] of variables) {
        const initialId = recording.initialIds.get(variable) as number;
        nodeOf.set(initialId, nodes.reading);
      }
      const resolve = (id: number): string => {
        const node = nodeOf.get(id);
        if (node) return node;
        const tensor = recording.captured.get(id);
        if (!tensor) throw new Error(`Step "${name}" uses a tensor of unknown origin (id ${id}).`);
        return capture(id, tensor);
      };
      const inputs = recording.inputs.map(({ id, ...type }, index) => {
        const node = graph.placeholder(`${name}/input${index}`, type);
        nodeOf.set(id, node);
        return { node, elementType: type.elementType };
      });
      writeOps(graph, { name, recording, resolve, nodeOf });
      const assigned = writeAssignments(graph, { name, recording, resolve, variables });
      // TensorFlow refuses to fetch the very node that it feeds.
      const echoes = new Map(
        recording.inputs.map(({ id, elementType }, index) => {
          const copy = { input: `${name}/input${index}`, elementType, after: [] };
          return [id, graph.identity(`${name}/echo${index}`, copy)];
        }),
      );
      const outputs = recording.outputIds.map((id) => echoes.get(id) ?? resolve(id));
      return { inputs, outputs, done: writeDone(graph, name, [...assigned]) };
    },
  };
}

function writeOps(
  graph: GraphBuilder,
  step: {
    name: string;
    recording: Recording;
    resolve(id: number): string;
    nodeOf: Map<number, string>;
  },
): void {
  const { binding } = nativeBackend();
  step.recording.ops.forEach((op, index) => {
    const attributes: Record<string, NodeAttribute> = {};
    for (const given of op.attributes) {
      attributes[given.name] = toNodeAttribute(binding, op.name, given);
    }
    const inputs = op.inputIds.map(step.resolve);
    const node = graph.add({
      name: `${step.name}/${index}_${op.name}`,
      op: op.name,
      inputs,
      attributes,
    });
    op.outputIds.forEach((id, output) => {
      step.nodeOf.set(id, output === 0 ? node : `${node}:${output}`);
    });
  });
}

/** An assignment waits for the variable's reading, so that every op of the step sees the value from before it. */
function writeAssignments(
  graph: GraphBuilder,
  step: {
    name: string;
    recording: Recording;
    resolve(id: number): string;
    variables: ReadonlyMap<Variable, GraphVariable>;
  },
): string[] {
  const assigned: string[] = [];
  for (const [variable, nodes] of step.variables) {
    const finalId = step.recording.finalIds.get(variable) as number;
    if (finalId === step.recording.initialIds.get(variable)) continue;
    const name = `${step.name}/${nodes.handle}_assigned`;
    const value = step.resolve(finalId);
    assigned.push(addAssignment(graph, name, { variable: nodes, value, after: [nodes.reading] }));
  }
  return assigned;
}

function writeDone(graph: GraphBuilder, name: string, after: readonly string[]): string {
  const elementType = nativeBackend().binding.TF_FLOAT;
  const empty = { elementType, shape: [0], content: new Uint8Array() };
  const input = graph.constant(`${name}/nothing`, empty);
  return graph.identity(`${name}/done`, { input, elementType, after });
}

function addCaptured(
  graph: GraphBuilder,
  captured: { id: number; number: number; tensor: CapturedTensor; resident: Resident[] },
): string {
  const { id, number, tensor, resident } = captured;
  const { shape, elementType } = tensor;
  const { binding } = nativeBackend();
  const size = shape.reduce((product, length) => product * length, 1);
  const isLarge = size > largestConstant || elementType === binding.TF_UINT8;
  // What the step itself made is gone by now: its recorded values are all there is.
  if (isLarge && !tensor.values) {
    const device = elementType === binding.TF_UINT8 ? hostDevice : undefined;
    const variable = addVariable(graph, `resident${number}`, { elementType, shape }, device);
    resident.push({ id, size, variable });
    return variable.reading;
  }
  const values = tensor.values ?? binding.tensorDataSync(id);
  const content = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return graph.constant(`captured${number}`, { elementType, shape, content });
}
