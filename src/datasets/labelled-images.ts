import { UserError } from '../user-error.js';
import { type ImageBytes, isImageFile } from './image-file.js';

/** Classes by image: bytes as long as they do. Range: 0..K-1. */
export type ClassLabels = Uint8Array | Uint16Array;

/** Images with their classes. */
export interface LabelledImages {
  readonly count: number;
  /** Shape: NHWC, flat. Range: 0..255. */
  readonly images: ImageBytes;
  readonly labels: ClassLabels;
}

/** Returns empty labels for so many images; a class beyond 255 takes two bytes. */
export function allocateLabels(count: number, classCount: number): ClassLabels {
  return classCount > 256 ? new Uint16Array(count) : new Uint8Array(count);
}

/**
 * Returns the first images of each class, `limit` in all and as many of each as there are, in the order of the data set.
 * What the classes do not divide goes to the first ones. Returns `images` itself if there are no more than `limit`.
 */
export function takeBalanced(images: LabelledImages, limit: number): LabelledImages {
  if (limit >= images.count) return images;
  return pickImages(images, firstOfEachClass(images.labels, limit));
}

/**
 * Holds out the last images of each class, `count` in all and as many of each as there are; both parts keep the order
 * of the data set. The same images every time: no seed decides what a model is validated on.
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

function firstOfEachClass(labels: ClassLabels, limit: number): number[] {
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
function shareOut(labels: ClassLabels, limit: number): number[] {
  const available = countLabels(labels);
  const shares = new Array<number>(available.length).fill(0);
  let open = Math.min(limit, labels.length);
  while (open > 0) {
    for (let label = 0; label < available.length && open > 0; label++) {
      if (shares[label] === available[label]) continue;
      shares[label] = (shares[label] as number) + 1;
      open--;
    }
  }
  return shares;
}

/** Returns how many images each class has, up to the last one that has any or to `classCount`. */
export function countLabels(labels: Iterable<number>, classCount = 0): number[] {
  const counts = new Array<number>(classCount).fill(0);
  for (const label of labels) {
    while (counts.length <= label) counts.push(0);
    counts[label] = (counts[label] as number) + 1;
  }
  return counts;
}

/** Returns the images at the given places, in that order. */
export function pickImages(from: LabelledImages, indices: readonly number[]): LabelledImages {
  const labels = allocateLabels(indices.length, from.labels instanceof Uint16Array ? 257 : 1);
  for (const [at, index] of indices.entries()) labels[at] = from.labels[index] as number;
  const images = isImageFile(from.images)
    ? from.images.pick(indices)
    : pickBytes(from.images, indices, from.count);
  return { count: indices.length, images, labels };
}

function pickBytes(images: Uint8Array, indices: readonly number[], count: number): Uint8Array {
  const byteCount = images.length / count;
  const picked = new Uint8Array(indices.length * byteCount);
  for (const [at, index] of indices.entries()) {
    const start = index * byteCount;
    picked.set(images.subarray(start, start + byteCount), at * byteCount);
  }
  return picked;
}

/** Returns labels as they are stored: a byte each, or two where there are more classes. */
export function labelsToBytes({ buffer, byteOffset, byteLength }: ClassLabels): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Returns the labels of so many images that {@link labelsToBytes} stored; nothing where they are of other images. */
export function labelsFromBytes(bytes: Uint8Array, count: number): ClassLabels | undefined {
  if (bytes.length === count) return bytes;
  return bytes.length === 2 * count ? new Uint16Array(Uint8Array.from(bytes).buffer) : undefined;
}
