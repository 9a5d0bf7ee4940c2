import { type Tensor4D, tensorflow } from '../../engine/tensorflow.js';
import type { ImageShape } from '../../stages/stage.js';
import { shuffle } from '../../training/data-order.js';
import type { LabelledBytes } from '../../training/image-table.js';

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
          const pixels = set.images.subarray(image * imageSize, (image + 1) * imageSize);
          values.set(pixels, place * imageSize);
        }
        yield tensorflow().tensor4d(values, [batch.length, height, width, channels]);
      }
    },
  };
}
