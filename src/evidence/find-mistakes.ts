import { cifar10ClassNames } from '../cifar10/class-names.js';
import { imageByteCount, type LabelledImages } from '../cifar10/labelled-images.js';
import { encodePng } from '../drawing/bitmap.js';
import type { ConfusedPair, Mistakes, Picture } from '../report/html/evidence.js';

/** Pairs of classes that are shown, and images of each. */
const pairCount = 6;
const exampleCount = 4;

const side = 32;

/** Returns what is taken for what, the most frequent mistakes first. `predicted`: a class for each image. */
export function findMistakes(test: LabelledImages, predicted: Uint8Array): Omit<Mistakes, 'seed'> {
  const pairs = new Map<string, { truth: number; answer: number; images: number[] }>();
  for (const [index, truth] of test.labels.entries()) {
    const answer = predicted[index] ?? truth;
    if (answer === truth) continue;
    const name = `${truth} ${answer}`;
    const pair = pairs.get(name) ?? { truth, answer, images: [] };
    pairs.set(name, pair);
    pair.images.push(index);
  }
  const ranked = [...pairs.values()].sort((a, b) => b.images.length - a.images.length);
  return {
    wrongCount: ranked.reduce((sum, { images }) => sum + images.length, 0),
    testCount: test.count,
    pairs: ranked.slice(0, pairCount).map(({ truth, answer, images }): ConfusedPair => {
      const names = { truth: nameClass(truth), predicted: nameClass(answer) };
      const examples = images.slice(0, exampleCount).map((index) => drawImage(test, index, names));
      return { ...names, count: images.length, examples };
    }),
  };
}

function nameClass(label: number): string {
  return cifar10ClassNames[label] ?? `class ${label}`;
}

function drawImage(
  { images }: LabelledImages,
  index: number,
  { truth, predicted }: { readonly truth: string; readonly predicted: string },
): Picture {
  const from = index * imageByteCount;
  const pixels = new Uint8Array(side * side * 4).fill(255);
  for (let pixel = 0; pixel < side * side; pixel++) {
    const rgb = images.subarray(from + 3 * pixel, from + 3 * pixel + 3);
    pixels.set(rgb, 4 * pixel);
  }
  const png = encodePng({ width: side, height: side, pixels });
  const alt = `Test image ${index}: ${truth}, taken for ${predicted}`;
  return { png, width: side, height: side, alt };
}
