import { decode } from 'fast-png';
import { expect, test } from 'vitest';
import { factsOf } from '../../../src/datasets/facts.js';
import { findMistakes } from '../../../src/report/evidence/mistakes.js';

const facts = factsOf({ name: 'cifar10' });

/** Image i is all (i, i + 1, i + 2). */
function images(labels: readonly number[]) {
  const pixels = labels.flatMap((_, at) =>
    Array.from({ length: 1024 }, () => [at, at + 1, at + 2]),
  );
  return {
    count: labels.length,
    labels: Uint8Array.from(labels),
    images: Uint8Array.from(pixels.flat()),
  };
}

test('the most frequent mistakes come first, each with its first images', () => {
  const test = images([3, 3, 5, 3, 0, 5]);
  const found = findMistakes(test, Uint8Array.from([5, 3, 3, 5, 0, 5]), facts);
  expect(found).toMatchObject({ wrongCount: 3, testCount: 6 });
  expect(found.pairs.map(({ truth, predicted, count }) => [truth, predicted, count])).toEqual([
    ['cat', 'dog', 2],
    ['dog', 'cat', 1],
  ]);
  const [first, second] = found.pairs[0]?.examples ?? [];
  expect(first?.alt).toBe('Test image 0: cat, taken for dog');
  expect(second?.alt).toBe('Test image 3: cat, taken for dog');
  expect([...decode(second?.png ?? new Uint8Array()).data.slice(0, 3)]).toEqual([3, 4, 5]);
});

test('nothing wrong is nothing to show', () => {
  expect(findMistakes(images([1, 2]), Uint8Array.from([1, 2]), facts)).toEqual({
    wrongCount: 0,
    testCount: 2,
    pairs: [],
  });
});
