import { type Tensor4D, tensorflow } from '../../graph/tensorflow.js';
import type { Diagnostics } from '../../results/diagnostics.js';
import type { ImageShape } from '../../stages/stage.js';
import type { ImageValues } from '../../statistics/image-values.js';
import { shuffle } from '../../training/data-order.js';
import type { LabelledBytes } from '../../training/image-table.js';
import type { DrawMoment, Network } from '../../training/network.js';
import type { Turns } from '../../training/turns.js';
import { deviationOf, measureSample, measureWasserstein } from './input-statistics.js';

/** Images chosen by the trial's seed, in batches as they enter the first stage. */
export interface RawSample {
  /** The images' places in the set, in the order of the batches. */
  readonly indices: Int32Array;
  /** Makes the batches, to be disposed of by the caller. Shape: float32 [N, H, W, C], 0..255. */
  batches(): Generator<Tensor4D>;
}

/** Images a batch: computing on one takes well below a second. */
const batchSize = 100;

/** Chooses `size` images of a set, or all of them if there are fewer. */
export function sampleImages(
  set: LabelledBytes,
  { size, stream, shape }: { size: number; stream: string; shape: ImageShape },
): RawSample {
  const { height, width, channels } = shape;
  const imageSize = height * width * channels;
  const chosen = shuffle(set.count, stream).slice(0, size);
  return {
    indices: chosen,
    *batches() {
      for (let first = 0; first < chosen.length; first += batchSize) {
        const batch = chosen.subarray(first, first + batchSize);
        const values = new Float32Array(batch.length * imageSize);
        for (const [place, image] of batch.entries()) {
          const pixels = set.images.slice(image * imageSize, (image + 1) * imageSize);
          values.set(pixels, place * imageSize);
        }
        yield tensorflow().tensor4d(values, [batch.length, height, width, channels]);
      }
    },
  };
}

/**
 * Compares training images, augmented as in the first steps of a training, with test images. Returns nothing if the
 * stages give values that are not finite.
 */
export async function measureInput(
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
    train: measureSample(train, test),
    test: measureSample(test, test),
    // Test images that are all of one value have no scale to measure by.
    shift: typicalStd > 0 ? distance / typicalStd : 0,
  };
}

type Apply = (images: Tensor4D, moment: DrawMoment) => Tensor4D;

async function preprocess(raw: RawSample, apply: Apply, turns: Turns): Promise<ImageValues> {
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
  return { count: raw.indices.length, channels, values: concatenate(parts) };
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
