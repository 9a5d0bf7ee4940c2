import { UserError } from '../user-error.js';
import { type FileProblem, readChecked, unusableFiles } from './check.js';
import {
  cifar10Files,
  classCount,
  imageByteCount,
  type LabelledImages,
  type PublishedFile,
} from './cifar10.js';
import { parseRecordsInto } from './records.js';

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

export type { LabelledImages } from './cifar10.js';
export { cifar10ClassNames } from './cifar10.js';

/** The whole data set in memory: 184 MB. */
export interface Cifar10 {
  /** The five training files in their order: 50,000 images. */
  readonly train: LabelledImages;
  /** 10,000 images. */
  readonly test: LabelledImages;
  /** Of each file, by its name. */
  readonly sha256: Readonly<Record<string, string>>;
  readonly folder: string;
}

/**
 * Reads the six files of a folder and checks each before its images are used.
 * @throws UserError (data) that names every file that is missing, truncated, too long or altered.
 */
export async function readCifar10(folder: string): Promise<Cifar10> {
  const train = allocate(trainingFiles);
  const test = allocate(testFiles);
  const problems = [
    ...(await readInto(train, folder, trainingFiles)),
    ...(await readInto(test, folder, testFiles)),
  ];
  if (problems.length > 0) {
    throw unusableFiles(problems, 'Remove what is wrong there and run "prep-lab data".');
  }
  const sha256 = Object.fromEntries(cifar10Files.map((file) => [file.name, file.sha256]));
  return { train, test, sha256, folder };
}

const testFiles = cifar10Files.filter((file) => file.name === 'test_batch.bin');
const trainingFiles = cifar10Files.filter((file) => !testFiles.includes(file));

function allocate(files: readonly PublishedFile[]): LabelledImages {
  const count = files.reduce((sum, file) => sum + file.records, 0);
  return { count, images: new Uint8Array(count * imageByteCount), labels: new Uint8Array(count) };
}

/** One file at a time: no more than one is in memory twice. */
async function readInto(
  target: LabelledImages,
  folder: string,
  files: readonly PublishedFile[],
): Promise<FileProblem[]> {
  const problems: FileProblem[] = [];
  let first = 0;
  for (const file of files) {
    const read = await readChecked(folder, file);
    if (read instanceof Uint8Array) {
      parseRecordsInto(target, first, { bytes: read, name: file.name });
    } else problems.push(read);
    first += file.records;
  }
  return problems;
}
