import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { type NodeAttribute, serialiseSavedModel } from '../../src/graph/saved-model.js';

/** The decoder that the TensorFlow.js package ships, made from TensorFlow's own descriptions of the messages. */
const { SavedModel } = createRequire(import.meta.url)(
  '@tensorflow/tfjs-node-gpu/dist/proto/api_pb.js',
);

/** Writes a graph of one node and reads the node back. */
function readBack(attribute: NodeAttribute) {
  const node = {
    name: 'a/b',
    op: 'Op',
    inputs: ['x', 'y:1', '^z'],
    attributes: { k: attribute },
    device: '/device:CPU:0',
  };
  const bytes = serialiseSavedModel([node]);
  const [metaGraph] = SavedModel.deserializeBinary(bytes).getMetaGraphsList();
  expect(metaGraph.getMetaInfoDef().getTagsList()).toEqual(['serve']);
  const [read] = metaGraph.getGraphDef().getNodeList();
  expect([read.getName(), read.getOp(), read.getInputList(), read.getDevice()]).toEqual([
    node.name,
    node.op,
    node.inputs,
    node.device,
  ]);
  return read.getAttrMap().get('k');
}

test('Single attributes are read back by TensorFlow.js’ own decoder', () => {
  const text = new TextDecoder().decode(readBack({ kind: 'text', value: 'NHWC' }).getS_asU8());
  expect(text).toBe('NHWC');
  expect(readBack({ kind: 'int', value: -7 }).getI()).toBe(-7);
  expect(readBack({ kind: 'int', value: 2 ** 40 }).getI()).toBe(2 ** 40);
  expect(readBack({ kind: 'float', value: 0.5 }).getF()).toBe(0.5);
  expect(readBack({ kind: 'bool', value: true }).getB()).toBe(true);
  expect(readBack({ kind: 'type', value: 3 }).getType()).toBe(3);
  const shape = readBack({ kind: 'shape', value: [2, 0, 300] }).getShape();
  const sizes = shape.getDimList().map((dimension: { getSize(): number }) => dimension.getSize());
  expect(sizes).toEqual([2, 0, 300]);
});

test('Lists of attributes are read back', () => {
  const list = (attribute: NodeAttribute) => readBack(attribute).getList();
  const texts = list({ kind: 'texts', value: ['a', 'b'] }).getSList_asU8();
  expect(texts.map((text: Uint8Array) => new TextDecoder().decode(text))).toEqual(['a', 'b']);
  expect(list({ kind: 'ints', value: [1, -1] }).getIList()).toEqual([1, -1]);
  expect(list({ kind: 'floats', value: [0.5, -2] }).getFList()).toEqual([0.5, -2]);
  expect(list({ kind: 'bools', value: [true, false] }).getBList()).toEqual([true, false]);
  expect(list({ kind: 'types', value: [1, 3] }).getTypeList()).toEqual([1, 3]);
});

test('Constants are read back', () => {
  const content = new Uint8Array(Float32Array.of(1.5, -2).buffer);
  const attribute = { kind: 'tensor', value: { elementType: 1, shape: [2], content } } as const;
  const tensor = readBack(attribute).getTensor();
  expect(tensor.getDtype()).toBe(1);
  expect(tensor.getTensorShape().getDimList()).toHaveLength(1);
  expect(tensor.getTensorContent_asU8()).toEqual(content);
});
