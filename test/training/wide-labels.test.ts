import { beforeAll, expect, test } from 'vitest';
import { tensorflow } from '../../src/graph/tensorflow.js';
import { createImageTable } from '../../src/training/image-table.js';
import { loadTestEngine } from '../engine.js';

beforeAll(loadTestEngine);

test('classes beyond 255 come back from the engine as they are', () => {
  const labels = Uint16Array.from([0, 255, 256, 999]);
  const shape = { height: 1, width: 1, channels: 1 };
  const table = createImageTable({ count: 4, images: new Uint8Array(4), labels }, shape);
  const gathered = table.gather(tensorflow().tensor1d([3, 2, 1, 0], 'int32'));
  expect(gathered.labels.dtype).toBe('int32');
  expect([...gathered.labels.dataSync()]).toEqual([999, 256, 255, 0]);
  expect(table.isWide).toBe(true);
  table.dispose();
});
