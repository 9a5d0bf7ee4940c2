import { type Tensor4D, tensorflow } from '../../engine/tensorflow.js';
import type { DrawMoment, Network } from '../../training/network.js';
import type { Turns } from '../../training/turns.js';
import type { Diagnostics } from '../diagnostics.js';
import { describeSample, deviationOf, type ImageSample } from './input-statistics.js';
import type { RawSample } from './sample-images.js';
import { measureWasserstein } from './wasserstein.js';

/**
 * Compares training images, augmented as in the first steps of a training, with test images. Returns nothing if the
 * stages give values that are not finite.
 */
export async function describeInput(
  samples: { readonly train: RawSample; readonly test: RawSample },
  { network, turns }: { readonly network: Network; readonly turns: Turns },
): Promise<Diagnostics['input'] | undefined> {
  const augment: Apply = network.preprocess;
  const prepare: Apply = (images) => network.preprocess(images);
  const train = await preprocess(samples.train, augment, turns);
  const test = await preprocess(samples.test, prepare, turns);
  const typicalStd = deviationOf(test);
  if (![typicalStd, deviationOf(train)].every(Number.isFinite)) return undefined;
  const distance = measureWasserstein(thin(train.values), thin(test.values));
  return {
    train: describeSample(train, typicalStd),
    test: describeSample(test, typicalStd),
    // Test images that are all of one value have no scale to measure by.
    shift: typicalStd > 0 ? distance / typicalStd : 0,
  };
}

type Apply = (images: Tensor4D, moment: DrawMoment) => Tensor4D;

async function preprocess(raw: RawSample, apply: Apply, turns: Turns): Promise<ImageSample> {
  const tf = tensorflow();
  const parts: Float32Array[] = [];
  let [channels, done] = [0, 0];
  for (const images of raw.batches()) {
    const indices = raw.indices.subarray(done, done + images.shape[0]);
    const batch = tf.tidy(() =>
      apply(images, {
        step: tf.scalar(parts.length, 'int32'),
        indices: tf.tensor1d(indices, 'int32'),
        epoch: tf.scalar(0, 'int32'),
      }),
    );
    done += indices.length;
    channels = batch.shape[3];
    parts.push(batch.dataSync<'float32'>());
    tf.dispose([images, batch]);
    await turns.pass();
  }
  return { imageCount: raw.indices.length, channels, values: concatenate(parts) };
}

function concatenate(parts: readonly Float32Array[]): Float32Array {
  const values = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const part of parts) {
    values.set(part, end);
    end += part.length;
  }
  return values;
}

/** Sorting all values takes longer than it is worth. Seven walks through all channels and places of usual sizes. */
const stride = 7;

function thin(values: Float32Array): Float32Array {
  const length = Math.ceil(values.length / stride);
  return Float32Array.from({ length }, (_, index) => values[index * stride] as number);
}
