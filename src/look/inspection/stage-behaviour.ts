import { createRandomSource } from '../../graph/random.js';
import { type Tensor4D, tensorflow } from '../../graph/tensorflow.js';
import { type Draw, type Fitted, firstImages, type Stage } from '../../stages/stage.js';
import { drawAt } from './extreme-draws.js';
import type { PlacedImages } from './inspect-pipeline.js';

/** Enough to tell a stage that does something: real images are neither empty nor symmetric. */
const mostImages = 20;

/** Differences below this share of the images' largest value are rounding. */
const rounding = 1e-5;

/** The first one, and others for stages that do nothing in it. */
const lookedAtEpochs = [0, 1, 100];

/** Tells whether a stage changes any of the images: with its draws at both ends and with random ones. */
export function changesImages(stage: Stage, images: PlacedImages, fitted: Fitted): boolean {
  const tf = tensorflow();
  const { shape } = images;
  const random = (epoch: number) => (count: number) => {
    const step = tf.scalar(0, 'int32');
    const source = createRandomSource({ seed: 0, stream: 'changes', step });
    return stage.draw?.(source, count, { ...firstImages(count, epoch), shape }) ?? {};
  };
  const draws: ((count: number) => Draw)[] = stage.draw
    ? [
        (count) => drawAt(stage, 0, { count, shape }),
        (count) => drawAt(stage, 1, { count, shape }),
        ...lookedAtEpochs.map(random),
      ]
    : [() => ({})];
  return tf.tidy(() => {
    const before = takeImages(images, 0, mostImages);
    return draws.some((draw) => {
      const after = stage.apply(before, { draw: draw(before.shape[0]), fitted });
      return !areAlike(before, after);
    });
  });
}

/** Tells whether an image comes out otherwise when the second half of its batch is left out. */
export function dependsOnBatch(stage: Stage, images: PlacedImages, fitted: Fitted): boolean {
  const count = Math.min(images.count, mostImages);
  const half = Math.floor(count / 2);
  if (half === 0) return false;
  return tensorflow().tidy(() => {
    const context = { draw: {}, fitted };
    const together = stage.apply(takeImages(images, 0, count), context);
    const alone = stage.apply(takeImages(images, 0, half), context);
    const [, ...shape] = together.shape;
    return !areAlike(together.slice(0, half).reshape([half, ...shape]) as Tensor4D, alone);
  });
}

function takeImages({ values, shape, count }: PlacedImages, first: number, most: number): Tensor4D {
  const { height, width, channels } = shape;
  const size = height * width * channels;
  const end = Math.min(count, first + most);
  const taken = values.subarray(first * size, end * size);
  return tensorflow().tensor4d(taken, [end - first, height, width, channels]);
}

function areAlike(one: Tensor4D, other: Tensor4D): boolean {
  if (one.shape.join() !== other.shape.join()) return false;
  const largest = one.abs().max().dataSync()[0] ?? 0;
  const difference = one.sub(other).abs().max().dataSync()[0] ?? 0;
  // Not a number is a change too.
  return difference <= rounding * largest;
}
