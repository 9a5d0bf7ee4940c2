import type { Binding, NativeAttribute } from './native-backend.js';
import type { GraphNode, NodeAttribute, TensorValue } from './saved-model.js';

/** The nodes of one graph, written in order. Names are the caller's and must be unique. */
export interface GraphBuilder {
  readonly nodes: readonly GraphNode[];
  /** Adds a node and returns its name. */
  add(node: GraphNode): string;
  /** Adds a constant. */
  constant(name: string, value: TensorValue): string;
  /** Adds a placeholder to feed. */
  placeholder(
    name: string,
    type: { readonly elementType: number; readonly shape: readonly number[] },
  ): string;
  /** Adds a copy of `input` that waits for `after`. */
  identity(
    name: string,
    options: { input: string; elementType: number; after: readonly string[] },
  ): string;
}

export function createGraphBuilder(): GraphBuilder {
  const nodes: GraphNode[] = [];
  const add = (node: GraphNode): string => {
    nodes.push(node);
    return node.name;
  };
  return {
    nodes,
    add,
    constant: (name, value) =>
      add({
        name,
        op: 'Const',
        inputs: [],
        attributes: {
          dtype: { kind: 'type', value: value.elementType },
          value: { kind: 'tensor', value },
        },
      }),
    placeholder: (name, { elementType, shape }) =>
      add({
        name,
        op: 'Placeholder',
        inputs: [],
        attributes: {
          dtype: { kind: 'type', value: elementType },
          shape: { kind: 'shape', value: shape },
        },
      }),
    identity: (name, { input, elementType, after }) =>
      add({
        name,
        op: 'Identity',
        inputs: [input, ...after.map((node) => `^${node}`)],
        attributes: { T: { kind: 'type', value: elementType } },
      }),
  };
}

/** Nodes of a variable in the graph: its handle, one reading, and a way to set it from outside. */
export interface GraphVariable {
  readonly handle: string;
  readonly reading: string;
  /** Placeholder to feed a new value, and the tensor to fetch so that it is taken over. */
  readonly value: string;
  readonly written: string;
  readonly elementType: number;
}

/** Adds a resource variable. Several steps of one graph share it by its nodes, which all run on its device. */
export function addVariable(
  graph: GraphBuilder,
  name: string,
  type: { readonly elementType: number; readonly shape: readonly number[] },
  device?: string,
): GraphVariable {
  const dtype: NodeAttribute = { kind: 'type', value: type.elementType };
  const handle = graph.add({
    name,
    op: 'VarHandleOp',
    inputs: [],
    attributes: {
      dtype,
      shape: { kind: 'shape', value: type.shape },
      shared_name: { kind: 'text', value: name },
      container: { kind: 'text', value: '' },
    },
    device,
  });
  const reading = graph.add({
    name: `${name}/reading`,
    op: 'ReadVariableOp',
    inputs: [handle],
    attributes: { dtype },
  });
  const value = graph.placeholder(`${name}/value`, type);
  const assigned = addAssignment(graph, `${name}/assigned`, {
    variable: { handle, reading, elementType: type.elementType },
    value,
    after: [],
  });
  const done = graph.constant(`${name}/done`, {
    elementType: type.elementType,
    shape: [0],
    content: new Uint8Array(),
  });
  const written = graph.identity(`${name}/written`, {
    input: done,
    elementType: type.elementType,
    after: [assigned],
  });
  return { handle, reading, value, written, elementType: type.elementType };
}

/** Adds the assignment of a value to a variable, after the given nodes have run. */
export function addAssignment(
  graph: GraphBuilder,
  name: string,
  options: {
    readonly variable: Pick<GraphVariable, 'handle' | 'reading' | 'elementType'>;
    readonly value: string;
    readonly after: readonly string[];
  },
): string {
  const { variable, value, after } = options;
  return graph.add({
    name,
    op: 'AssignVariableOp',
    inputs: [variable.handle, value, ...after.map((node) => `^${node}`)],
    attributes: { dtype: { kind: 'type', value: variable.elementType } },
  });
}

/** Converts an attribute of a recorded op. @throws Error naming the op for a kind that graphs of steps cannot hold. */
export function toNodeAttribute(
  binding: Binding,
  op: string,
  { name, type, value }: NativeAttribute,
): NodeAttribute {
  const many = Array.isArray(value);
  switch (type) {
    case binding.TF_ATTR_TYPE:
      return many ? { kind: 'types', value } : { kind: 'type', value: value as number };
    case binding.TF_ATTR_STRING:
      return many ? { kind: 'texts', value } : { kind: 'text', value: value as string };
    case binding.TF_ATTR_INT:
      return many ? { kind: 'ints', value } : { kind: 'int', value: value as number };
    case binding.TF_ATTR_FLOAT:
      return many ? { kind: 'floats', value } : { kind: 'float', value: value as number };
    case binding.TF_ATTR_BOOL:
      return many ? { kind: 'bools', value } : { kind: 'bool', value: value as boolean };
    case binding.TF_ATTR_SHAPE:
      return { kind: 'shape', value: value as number[] };
    default:
      throw new Error(
        `Op ${op} has the attribute "${name}" of a kind that a step's graph cannot hold (a function, for instance): leave the op out of the step.`,
      );
  }
}
