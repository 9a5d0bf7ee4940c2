import type { FrozenGraph } from './frozen-graph.js';
import { nativeBackend } from './native-backend.js';
import type { GraphEnd, GraphNode, NodeAttribute, TensorValue } from './saved-model.js';

/** A graph as TensorFlow.js loads it from a server: a JSON file and its constants in shards beside it. */
export interface GraphModelFiles {
  readonly [name: string]: string | Uint8Array;
}

/** As many bytes as tensorflowjs_converter puts into a shard: what browsers keep in their cache. */
const shardBytes = 4 * 1024 * 1024;

/**
 * Writes a frozen graph as a "graph model" of TensorFlow.js: model.json and shards.
 * Source: tfjs-core's io/types.ts (ModelJSON) and tfjs-converter's data/compiled_api.ts, GraphDef in protobuf's JSON form.
 * @param metadata What `model.metadata` tells a program.
 */
export function renderGraphModel(
  { nodes, input, output }: FrozenGraph,
  metadata: Readonly<Record<string, unknown>>,
): GraphModelFiles {
  const constants = nodes.filter(({ op }) => op === 'Const');
  const content = Buffer.concat(constants.map((node) => tensorOf(node).content));
  const count = Math.max(1, Math.ceil(content.length / shardBytes));
  const paths = Array.from(
    { length: count },
    (_, index) => `group1-shard${index + 1}of${count}.bin`,
  );
  const model = {
    format: 'graph-model',
    generatedBy: 'prep-lab',
    convertedBy: null,
    signature: { inputs: renderEnd(input), outputs: renderEnd(output) },
    userDefinedMetadata: metadata,
    modelTopology: { node: nodes.map(renderNode), versions: {}, library: {} },
    weightsManifest: [{ paths, weights: constants.map(renderWeight) }],
  };
  const shards = paths.map((path, index) => [
    path,
    content.subarray(index * shardBytes, (index + 1) * shardBytes),
  ]);
  return { 'model.json': JSON.stringify(model), ...Object.fromEntries(shards) };
}

function tensorOf({ name, attributes }: GraphNode): TensorValue {
  const { value } = attributes;
  if (value?.kind !== 'tensor') throw new Error(`Const "${name}" has no value.`);
  return value.value;
}

function renderEnd({ key, node, elementType, shape }: GraphEnd) {
  return {
    [key]: { name: `${node}:0`, dtype: nameType(elementType), tensorShape: renderShape(shape) },
  };
}

/** What the manifest calls the types that a constant may have. */
const weightTypes: Readonly<Record<string, string>> = {
  DT_FLOAT: 'float32',
  DT_INT32: 'int32',
  DT_BOOL: 'bool',
};

function renderWeight(node: GraphNode) {
  const { elementType, shape } = tensorOf(node);
  const dtype = weightTypes[nameType(elementType)];
  if (!dtype) throw new Error(`A constant of type ${elementType} has no place in a graph model.`);
  return { name: node.name, shape, dtype };
}

function renderNode({ name, op, inputs, attributes }: GraphNode) {
  const attr = Object.entries(attributes).map(([key, given]) => [key, renderAttribute(given)]);
  return { name, op, input: inputs, attr: Object.fromEntries(attr) };
}

function renderAttribute(attribute: NodeAttribute): Readonly<Record<string, unknown>> {
  switch (attribute.kind) {
    case 'text':
      return { s: toBase64(attribute.value) };
    case 'texts':
      return { list: { s: attribute.value.map(toBase64) } };
    case 'int':
      return { i: String(attribute.value) };
    case 'ints':
      return { list: { i: attribute.value.map(String) } };
    case 'float':
      return { f: attribute.value };
    case 'floats':
      return { list: { f: attribute.value } };
    case 'bool':
      return { b: attribute.value };
    case 'bools':
      return { list: { b: attribute.value } };
    case 'type':
      return { type: nameType(attribute.value) };
    case 'types':
      return { list: { type: attribute.value.map(nameType) } };
    case 'shape':
      return { shape: renderShape(attribute.value) };
    case 'tensor':
      // The values are in the shards.
      return {
        tensor: {
          dtype: nameType(attribute.value.elementType),
          tensorShape: renderShape(attribute.value.shape),
        },
      };
  }
}

function toBase64(text: string): string {
  return Buffer.from(text).toString('base64');
}

function renderShape(shape: readonly number[]) {
  return { dim: shape.map((size) => ({ size: String(size) })) };
}

function nameType(elementType: number): string {
  const { binding } = nativeBackend();
  const names = new Map([
    [binding.TF_FLOAT, 'DT_FLOAT'],
    [binding.TF_INT32, 'DT_INT32'],
    [binding.TF_BOOL, 'DT_BOOL'],
    [binding.TF_UINT8, 'DT_UINT8'],
    [binding.TF_STRING, 'DT_STRING'],
  ]);
  const name = names.get(elementType);
  if (!name) throw new Error(`A graph model has no element type ${elementType}.`);
  return name;
}
