import { UserError } from '../user-error.js';
import { classCount, imageByteCount, type LabelledImages } from './labelled-images.js';

/**
 * Returns the first images of each class, `limit` in all and as many of each as there are, in the order of the file.
 * What ten does not divide goes to the first classes. Returns `images` itself if there are no more than `limit`.
 */
export function takeBalanced(images: LabelledImages, limit: number): LabelledImages {
  if (limit >= images.count) return images;
  return pickImages(images, firstOfEachClass(images.labels, limit));
}

/**
 * Holds out the last images of each class, `count` in all and as many of each as there are; both parts keep the order
 * of the file. The same images every time: no seed decides what a model is validated on.
 * @throws UserError if nothing would be left for training.
 */
export function splitBalanced(
  images: LabelledImages,
  count: number,
): { train: LabelledImages; validation: LabelledImages } {
  if (count >= images.count) {
    throw new UserError(
      `The validation split must be smaller than the ${images.count} training images, received ${count}.`,
      {
        hint: 'Give a smaller "validation.split", or more training images ("trainLimit", --limit).',
      },
    );
  }
  const reversed = firstOfEachClass(images.labels.toReversed(), count);
  const heldOut = reversed.map((index) => images.count - 1 - index).reverse();
  const isHeldOut = new Set(heldOut);
  const rest = Array.from(images.labels.keys()).filter((index) => !isHeldOut.has(index));
  return { train: pickImages(images, rest), validation: pickImages(images, heldOut) };
}

function firstOfEachClass(labels: Uint8Array, limit: number): number[] {
  const left = shareOut(labels, limit);
  const indices: number[] = [];
  for (const [index, label] of labels.entries()) {
    const wanted = left[label] as number;
    if (wanted === 0) continue;
    left[label] = wanted - 1;
    indices.push(index);
  }
  return indices;
}

/** Returns how many images each class gives: one a class and round, as long as it has any. */
function shareOut(labels: Uint8Array, limit: number): number[] {
  const available = new Array<number>(classCount).fill(0);
  for (const label of labels) available[label] = (available[label] as number) + 1;
  const shares = new Array<number>(classCount).fill(0);
  let open = Math.min(limit, labels.length);
  while (open > 0) {
    for (let label = 0; label < classCount && open > 0; label++) {
      if (shares[label] === available[label]) continue;
      shares[label] = (shares[label] as number) + 1;
      open--;
    }
  }
  return shares;
}

/** Returns the images at the given places, in that order. */
export function pickImages(from: LabelledImages, indices: readonly number[]): LabelledImages {
  const images = new Uint8Array(indices.length * imageByteCount);
  const labels = new Uint8Array(indices.length);
  for (const [at, index] of indices.entries()) {
    const start = index * imageByteCount;
    images.set(from.images.subarray(start, start + imageByteCount), at * imageByteCount);
    labels[at] = from.labels[index] as number;
  }
  return { count: indices.length, images, labels };
}
