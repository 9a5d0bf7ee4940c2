import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type LabelledImages,
  splitBalanced,
  takeBalanced,
} from '../../src/datasets/labelled-images.js';
import { exitCodes, UserError } from '../../src/user-error.js';

/** Images whose first two bytes are their index. */
function withLabels(labels: readonly number[]): LabelledImages {
  const images = new Uint8Array(labels.length * 3072);
  labels.forEach((_, index) => {
    images.set([index >> 8, index & 255], index * 3072);
  });
  return { count: labels.length, images, labels: Uint8Array.from(labels) };
}

function indices({ count, images }: LabelledImages): number[] {
  return Array.from({ length: count }, (_, at) => {
    const [high = 0, low = 0] = images.slice(at * 3072);
    return high * 256 + low;
  });
}

function perClass({ labels }: LabelledImages): number[] {
  return Array.from({ length: 10 }, (_, label) => labels.filter((one) => one === label).length);
}

const tenEach = withLabels(Array.from({ length: 100 }, (_, index) => (index * 7) % 10));
const someLabels = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 200 });

test('takes the first images of each class in the order of the file', () => {
  const taken = takeBalanced(withLabels([0, 0, 1, 0, 1, 1]), 4);
  expect(indices(taken)).toEqual([0, 1, 2, 4]);
  expect([...taken.labels]).toEqual([0, 0, 1, 1]);
});

test('gives what ten does not divide to the first classes', () => {
  expect(perClass(takeBalanced(tenEach, 23))).toEqual([3, 3, 3, 2, 2, 2, 2, 2, 2, 2]);
});

test('takes more of the other classes where one has too few', () => {
  const taken = takeBalanced(withLabels([0, 1, 1, 1, 1, 1]), 4);
  expect(perClass(taken).slice(0, 2)).toEqual([1, 3]);
});

test('returns the images themselves if the limit is not below their count', () => {
  expect(takeBalanced(tenEach, 100)).toBe(tenEach);
  expect(takeBalanced(tenEach, 60_000)).toBe(tenEach);
});

test('holds out the last images of each class', () => {
  const { train, validation } = splitBalanced(withLabels([0, 1, 0, 1, 0, 1]), 2);
  expect(indices(validation)).toEqual([4, 5]);
  expect(indices(train)).toEqual([0, 1, 2, 3]);
});

test('splits into two parts that together are everything, with the wanted count', () => {
  fc.assert(
    fc.property(someLabels, fc.nat(), (labels, seed) => {
      const all = withLabels(labels);
      const count = seed % labels.length;
      const { train, validation } = splitBalanced(all, count);
      expect(validation.count).toBe(count);
      const together = [...indices(train), ...indices(validation)];
      expect(together.sort((a, b) => a - b)).toEqual(indices(all));
    }),
  );
});

test('keeps every class within one of its share, in the order of the file', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 100 }), (limit) => {
      const taken = takeBalanced(tenEach, limit);
      expect(taken.count).toBe(limit);
      expect(Math.max(...perClass(taken)) - Math.min(...perClass(taken))).toBeLessThanOrEqual(1);
      expect(indices(taken)).toEqual(indices(taken).sort((a, b) => a - b));
    }),
  );
});

test('refuses a split that leaves nothing for training', () => {
  let error: unknown;
  try {
    splitBalanced(tenEach, 100);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(UserError);
  expect(error).toMatchObject({
    message: 'The validation split must be smaller than the 100 training images, received 100.',
    hint: 'Give a smaller "validation.split", or more training images ("trainLimit", --limit).',
    exitCode: exitCodes.usage,
  });
});
