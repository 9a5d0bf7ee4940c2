import { beforeAll, expect, test } from 'vitest';
import { createGraphBuilder } from '../../src/graph/graph.js';
import { recordStep } from '../../src/graph/recording.js';
import { createByteTable, gatherRows } from '../../src/graph/resident.js';
import { createStepWriter } from '../../src/graph/step-writer.js';
import type { TensorFlow } from '../../src/graph/tensorflow.js';
import { loadTestEngine } from '../engine.js';

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTestEngine();
});

test('A table of bytes stays in the memory of the machine, and nothing else is told where to be', () => {
  const table = createByteTable(Uint8Array.of(1, 2, 3, 4), { rowCount: 2, rowShape: [2] });
  const compute = () => [gatherRows(table, tf.tensor1d([1], 'int32'), 'float32')];
  const recording = recordStep('gather', { compute }, { state: [] });
  const graph = createGraphBuilder();
  createStepWriter(graph, new Map()).write('gather', recording);
  const placed = graph.nodes.filter(({ device }) => device !== undefined);
  expect(placed.map(({ op, device }) => [op, device])).toEqual([['VarHandleOp', '/device:CPU:0']]);
  table.dispose();
});
