import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import type { TensorFlow } from '../../src/graph/tensorflow.js';
import { composeTransforms } from '../../src/stages/stage-groups.js';
import { loadTestEngine } from '../engine.js';

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTestEngine();
});

type Row = readonly [number, number, number, number, number, number];

/** Maps an output point through the affine row to its input point. */
function mapPoint([a0, a1, a2, b0, b1, b2]: Row, [x, y]: readonly [number, number]) {
  return [a0 * x + a1 * y + a2, b0 * x + b1 * y + b2] as const;
}

test('composeTransforms maps a point through the last map first', () => {
  const part = fc.integer({ min: -32, max: 32 }).map((count) => count / 16);
  const maps = fc.array(fc.tuple(part, part, part, part, part, part), {
    minLength: 1,
    maxLength: 4,
  });
  fc.assert(
    fc.property(maps, part, part, (rows, x, y) => {
      const composed = tf.tidy(() => {
        const tensors = rows.map((row) => tf.tensor2d([[...row, 0, 0]]));
        return composeTransforms(tensors).arraySync() as number[][];
      });
      const expected = rows
        .toReversed()
        .reduce((point, row) => mapPoint(row, point), [x, y] as readonly [number, number]);
      const actual = mapPoint(composed[0] as unknown as Row, [x, y]);
      expect(actual[0]).toBeCloseTo(expected[0], 2);
      expect(actual[1]).toBeCloseTo(expected[1], 2);
      expect(composed[0]?.slice(6)).toEqual([0, 0]);
    }),
    { numRuns: 50 },
  );
});

test('composeTransforms composes each image by itself', () => {
  const move = (right: number, down: number) => [1, 0, 0 - right, 0, 1, 0 - down, 0, 0];
  const composed = tf.tidy(() =>
    composeTransforms([
      tf.tensor2d([move(1, 0), move(0, 2)]),
      tf.tensor2d([move(3, 0), move(5, 0)]),
    ]).arraySync(),
  );
  expect(composed).toEqual([move(4, 0), move(5, 2)]);
});
