import { Writer } from 'protobufjs/minimal.js';

/** An attribute of a graph's node, in TensorFlow's AttrValue. */
export type NodeAttribute =
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'texts'; readonly value: readonly string[] }
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'floats'; readonly value: readonly number[] }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'bools'; readonly value: readonly boolean[] }
  | { readonly kind: 'type'; readonly value: number }
  | { readonly kind: 'types'; readonly value: readonly number[] }
  | { readonly kind: 'shape'; readonly value: readonly number[] }
  | { readonly kind: 'tensor'; readonly value: TensorValue };

/** A constant: TensorFlow's number of the element type, and the elements in C order. */
export interface TensorValue {
  readonly elementType: number;
  readonly shape: readonly number[];
  readonly content: Uint8Array;
}

export interface GraphNode {
  readonly name: string;
  readonly op: string;
  /** "node", "node:1" for a further output, "^node" for a control dependency (these last). */
  readonly inputs: readonly string[];
  readonly attributes: Readonly<Record<string, NodeAttribute>>;
  /** Where it must run, such as "/device:CPU:0"; left out, TensorFlow chooses. */
  readonly device?: string | undefined;
}

/** The graph version that TensorFlow 2.21 writes at the least for the ops used here. */
const graphProducer = 1882;
const lengthDelimited = 2;

/** A tensor of a graph by which a program feeds or fetches it. */
export interface GraphEnd {
  /** What programs call it. */
  readonly key: string;
  readonly node: string;
  readonly elementType: number;
  /** -1 is any size. */
  readonly shape: readonly number[];
}

/** What a SavedModel tells programs beside its graph. */
export interface Serving {
  readonly inputs: readonly GraphEnd[];
  readonly outputs: readonly GraphEnd[];
  /** Names of files in the folder "assets". */
  readonly assets: readonly string[];
}

/**
 * Serialises a graph as a SavedModel with the tag "serve" and, for programs that do not know its nodes, the signature
 * "serving_default".
 * Source: tensorflow/core/protobuf/{saved_model,meta_graph}.proto, core/framework/{graph,node_def,attr_value,tensor,
 * tensor_shape}.proto; the numbers below are their field numbers.
 */
export function serialiseSavedModel(nodes: readonly GraphNode[], serving?: Serving): Uint8Array {
  const assets = (serving?.assets ?? []).map((file, index) => ({
    file,
    node: assetNode(`asset${index}`, file),
  }));
  const savedModel = Writer.create().uint32(8).int64(1);
  message(savedModel, 2, (metaGraph) => {
    message(metaGraph, 1, (info) => info.uint32(tag(4)).string('serve'));
    metaGraph.uint32(tag(2)).bytes(serialiseGraph([...nodes, ...assets.map(({ node }) => node)]));
    if (serving) {
      message(metaGraph, 5, (entry) => {
        entry.uint32(tag(1)).string('serving_default');
        message(entry, 2, (signature) => writeSignature(signature, serving));
      });
    }
    for (const { file, node } of assets) {
      message(metaGraph, 6, (asset) => {
        message(asset, 1, (tensor) => tensor.uint32(tag(1)).string(`${node.name}:0`));
        asset.uint32(tag(2)).string(file);
      });
    }
  });
  return savedModel.finish();
}

/** DT_STRING. Source: tensorflow/core/framework/types.proto. */
const stringType = 7;

/** TensorFlow feeds the path of the file to this node when it loads the model. */
function assetNode(name: string, file: string): GraphNode {
  const value = { elementType: stringType, shape: [], content: new TextEncoder().encode(file) };
  return {
    name,
    op: 'Const',
    inputs: [],
    attributes: {
      dtype: { kind: 'type', value: stringType },
      value: { kind: 'tensor', value },
    },
  };
}

function writeSignature(writer: Writer, { inputs, outputs }: Serving): void {
  const writeEnds = (field: number, ends: readonly GraphEnd[]) => {
    for (const { key, node, elementType, shape } of ends) {
      message(writer, field, (entry) => {
        entry.uint32(tag(1)).string(key);
        message(entry, 2, (tensor) => {
          tensor.uint32(tag(1)).string(`${node}:0`).uint32(16).int32(elementType);
          message(tensor, 3, (inner) => writeShape(inner, shape));
        });
      });
    }
  };
  writeEnds(1, inputs);
  writeEnds(2, outputs);
  writer.uint32(tag(3)).string('tensorflow/serving/predict');
}

/** Serialises nodes as a GraphDef. */
export function serialiseGraph(nodes: readonly GraphNode[]): Uint8Array {
  const graph = Writer.create();
  for (const node of nodes) message(graph, 1, (writer) => writeNode(writer, node));
  message(graph, 4, (versions) => versions.uint32(8).int32(graphProducer));
  return graph.finish();
}

function tag(field: number): number {
  return (field << 3) | lengthDelimited;
}

function message(writer: Writer, field: number, write: (inner: Writer) => void): void {
  write(writer.uint32(tag(field)).fork());
  writer.ldelim();
}

function writeNode(writer: Writer, node: GraphNode): void {
  writer.uint32(tag(1)).string(node.name).uint32(tag(2)).string(node.op);
  for (const input of node.inputs) writer.uint32(tag(3)).string(input);
  if (node.device !== undefined) writer.uint32(tag(4)).string(node.device);
  for (const [name, attribute] of Object.entries(node.attributes)) {
    message(writer, 5, (entry) => {
      entry.uint32(tag(1)).string(name);
      message(entry, 2, (value) => writeAttribute(value, attribute));
    });
  }
}

function writeAttribute(writer: Writer, attribute: NodeAttribute): void {
  switch (attribute.kind) {
    case 'text':
      writer.uint32(tag(2)).string(attribute.value);
      return;
    case 'int':
      writer.uint32(24).int64(attribute.value);
      return;
    case 'float':
      writer.uint32(37).float(attribute.value);
      return;
    case 'bool':
      writer.uint32(40).bool(attribute.value);
      return;
    case 'type':
      writer.uint32(48).int32(attribute.value);
      return;
    case 'shape':
      message(writer, 7, (shape) => writeShape(shape, attribute.value));
      return;
    case 'tensor':
      message(writer, 8, (tensor) => writeTensor(tensor, attribute.value));
      return;
    default:
      message(writer, 1, (list) => writeList(list, attribute));
  }
}

function writeList(
  writer: Writer,
  attribute: Extract<NodeAttribute, { kind: `${string}s` }>,
): void {
  switch (attribute.kind) {
    case 'texts':
      for (const text of attribute.value) writer.uint32(tag(2)).string(text);
      return;
    case 'ints':
      for (const value of attribute.value) writer.uint32(24).int64(value);
      return;
    case 'floats':
      for (const value of attribute.value) writer.uint32(37).float(value);
      return;
    case 'bools':
      for (const value of attribute.value) writer.uint32(40).bool(value);
      return;
    case 'types':
      for (const value of attribute.value) writer.uint32(48).int32(value);
  }
}

function writeShape(writer: Writer, shape: readonly number[]): void {
  for (const size of shape) message(writer, 2, (dimension) => dimension.uint32(8).int64(size));
}

function writeTensor(writer: Writer, { elementType, shape, content }: TensorValue): void {
  writer.uint32(8).int32(elementType);
  message(writer, 2, (inner) => writeShape(inner, shape));
  writer.uint32(tag(elementType === stringType ? 8 : 4)).bytes(content);
}
