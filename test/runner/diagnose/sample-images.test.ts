import { beforeAll, expect, test } from 'vitest';
import { sampleImages } from '../../../src/runner/diagnose/measure-input.js';
import { loadTestEngine } from '../../engine.js';

beforeAll(async () => {
  await loadTestEngine();
});

/** 150 images of one pixel: each has its number as its value. */
const set = {
  count: 150,
  images: Uint8Array.from({ length: 150 }, (_, image) => image),
  labels: new Uint8Array(150),
};
const shape = { height: 1, width: 1, channels: 1 };

function chosen(size: number, stream: string): number[] {
  const values: number[] = [];
  for (const images of sampleImages(set, { size, stream, shape }).batches()) {
    values.push(...images.dataSync());
    images.dispose();
  }
  return values;
}

test('A sample has each image at most once, follows its stream, and may be the whole set', () => {
  const sample = chosen(120, 'a');
  expect(new Set(sample).size).toBe(120);
  expect(chosen(120, 'a')).toEqual(sample);
  expect(chosen(120, 'b')).not.toEqual(sample);
  expect(chosen(30, 'a')).toEqual(sample.slice(0, 30));
  expect(chosen(500, 'a').sort((a, b) => a - b)).toEqual([...set.images]);
});
