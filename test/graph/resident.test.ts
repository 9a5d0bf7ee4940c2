import { beforeAll, expect, test } from 'vitest';
import { createByteTable, gather, gatherRows } from '../../src/graph/resident.js';
import type { TensorFlow } from '../../src/graph/tensorflow.js';
import { loadTestEngine } from '../engine.js';

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTestEngine();
});

const indices = (...values: number[]) => tf.tensor1d(values, 'int32');

test('Rows of bytes are gathered by index and become float32 or int32', () => {
  const bytes = Uint8Array.of(0, 1, 2, 3, 250, 251, 252, 253, 254, 255, 7, 8);
  const table = createByteTable(bytes, { rowCount: 3, rowShape: [2, 2] });
  const floats = gatherRows(table, indices(2, 0, 2), 'float32');
  expect([floats.dtype, floats.shape]).toEqual(['float32', [3, 2, 2]]);
  expect(floats.reshape([3, 4]).arraySync()).toEqual([
    [254, 255, 7, 8],
    [0, 1, 2, 3],
    [254, 255, 7, 8],
  ]);
  const ints = gatherRows(table, indices(1), 'int32');
  expect([ints.dtype, ints.flatten().arraySync()]).toEqual(['int32', [250, 251, 252, 253]]);
  table.dispose();
});

test('Rows may be single bytes, such as labels', () => {
  const table = createByteTable(Uint8Array.of(9, 3, 255), { rowCount: 3, rowShape: [] });
  const rows = gatherRows(table, indices(2, 1), 'int32');
  expect([rows.shape, rows.arraySync()]).toEqual([[2], [255, 3]]);
  table.dispose();
});

test('A row that is not there is an error', () => {
  const table = createByteTable(Uint8Array.of(1, 2), { rowCount: 2, rowShape: [] });
  expect(() => gatherRows(table, indices(2), 'int32')).toThrow('indices[0] = 2 is not in [0, 2)');
  table.dispose();
});

test('Bytes that do not fill the table are an error', () => {
  const create = () => createByteTable(Uint8Array.of(1, 2, 3), { rowCount: 2, rowShape: [2] });
  expect(create).toThrow('Shape does not match typed-array');
});

test('gather takes rows, or one without its axis', () => {
  const rows = tf.tensor2d([1, 2, 3, 4], [2, 2]);
  expect(gather(rows, indices(1, 1), 'float32').arraySync()).toEqual([
    [3, 4],
    [3, 4],
  ]);
  expect(gather(rows, tf.scalar(0, 'int32'), 'float32').arraySync()).toEqual([1, 2]);
});

test('A table outlives a tidy, and gathering leaks no tensor', () => {
  const before = tf.memory().numTensors;
  const table = tf.tidy(() => {
    const made = createByteTable(Uint8Array.of(4, 5), { rowCount: 2, rowShape: [] });
    return made as never;
  }) as ReturnType<typeof createByteTable>;
  const at = indices(1);
  const row = gatherRows(table, at, 'float32');
  expect(row.arraySync()).toEqual([5]);
  tf.dispose([row, at]);
  expect(tf.memory().numTensors).toBe(before + 1);
  table.dispose();
  expect(tf.memory().numTensors).toBe(before);
});
