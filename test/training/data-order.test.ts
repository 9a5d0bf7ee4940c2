import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shuffledOrder } from '../../src/training/data-order.js';

test('An order names every image once', () => {
  const count = fc.integer({ min: 0, max: 2000 });
  const seed = fc.integer({ min: 0, max: 2 ** 31 - 1 });
  const epoch = fc.integer({ min: 0, max: 100_000 });
  fc.assert(
    fc.property(count, fc.record({ seed, epoch }), (images, at) => {
      const sorted = Array.from(shuffledOrder(images, at)).sort((a, b) => a - b);
      expect(sorted).toEqual(Array.from({ length: images }, (_, index) => index));
    }),
    { numRuns: 50 },
  );
});

test('An order depends on seed and epoch', () => {
  const order = (seed: number, epoch: number) => shuffledOrder(1000, { seed, epoch }).join();
  expect(order(0, 0)).toBe(order(0, 0));
  const orders = [0, 1, 11].flatMap((seed) => [0, 1, 11, 111].map((epoch) => order(seed, epoch)));
  expect(new Set(orders).size).toBe(12);
});

test('Each image is as likely at each place', () => {
  const [count, epochs] = [10, 5000];
  const seen = Array.from({ length: count }, () => new Array<number>(count).fill(0));
  for (let epoch = 0; epoch < epochs; epoch++) {
    shuffledOrder(count, { seed: 0, epoch }).forEach((image, place) => {
      const row = seen[place] as number[];
      row[image] = (row[image] as number) + 1;
    });
  }
  const expected = epochs / count;
  const chiSquare = seen.flat().reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
  // 81 degrees of freedom: the 0.01 % and the 99.99 % point.
  expect(chiSquare).toBeGreaterThan(41);
  expect(chiSquare).toBeLessThan(137);
});

test('All orders of three images are as likely', () => {
  const seen = new Map<string, number>();
  for (let epoch = 0; epoch < 6000; epoch++) {
    const order = shuffledOrder(3, { seed: 4, epoch }).join();
    seen.set(order, (seen.get(order) ?? 0) + 1);
  }
  const chiSquare = [...seen.values()].reduce((sum, n) => sum + (n - 1000) ** 2 / 1000, 0);
  expect(seen.size).toBe(6);
  // The 99.99 % point with 5 degrees of freedom.
  expect(chiSquare).toBeLessThan(25.7);
});
