import { createRandomSource } from '../../graph/random.js';
import { type Tensor2D, tensorflow } from '../../graph/tensorflow.js';
import { type Fitted, firstImages, type ImageShape, type Stage } from '../../stages/stage.js';

/** What a stage that mixes labels leaves of them. Range: shares 0..1. */
export interface MeasuredMixing {
  /** What other images have of an image's label, on average. */
  readonly othersShare: number;
  /** Images whose label is to 95 % or more that of one image. */
  readonly hardlyShare: number;
}

/** Batches: lambda may be one for all images of each. */
const batchCount = 200;

/** Of a larger batch no more images are looked at. */
const mostImages = 20;

/** Mixes labels that tell each image from the others. Returns nothing for a stage that mixes none. */
export function measureMixing(
  stage: Stage,
  { batchSize, imageShape, fitted }: { batchSize: number; imageShape: ImageShape; fitted: Fitted },
): MeasuredMixing | undefined {
  if (!stage.applyToLabels) return undefined;
  const count = Math.min(batchSize, mostImages);
  let [others, hardly] = [0, 0];
  for (let batch = 0; batch < batchCount; batch++) {
    for (const [image, shares] of mixOnce(stage, { batch, count, imageShape, fitted }).entries()) {
      others += 1 - (shares[image] ?? 0);
      if (Math.max(...shares) >= 0.95) hardly++;
    }
  }
  const total = batchCount * count;
  return { othersShare: others / total, hardlyShare: hardly / total };
}

function mixOnce(
  stage: Stage,
  given: { batch: number; count: number; imageShape: ImageShape; fitted: Fitted },
): number[][] {
  const tf = tensorflow();
  const { batch, count, imageShape, fitted } = given;
  const mixed = tf.tidy(() => {
    const step = tf.scalar(batch, 'int32');
    const random = createRandomSource({ seed: 0, stream: 'mixing', step });
    const draw =
      stage.draw?.(random, count, { ...firstImages(count, batch), shape: imageShape }) ?? {};
    const own = tf.eye(count) as Tensor2D;
    return stage.applyToLabels?.(own, { draw, fitted, imageShape }) ?? own;
  });
  const shares = mixed.arraySync();
  mixed.dispose();
  return shares;
}
