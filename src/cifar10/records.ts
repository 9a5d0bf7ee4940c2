import { exitCodes, UserError } from '../user-error.js';
import { classCount, imageByteCount, type LabelledImages, recordByteCount } from './cifar10.js';

const pixelCount = imageByteCount / 3;

/**
 * Turns records of CIFAR-10's binary version into images. `name` stands in error texts for where the bytes are from.
 * Shape: [N * 3073] to images [N, 32, 32, 3].
 * @throws UserError (data) if the bytes end inside a record or a label is above 9.
 */
export function parseRecords(bytes: Uint8Array, name: string): LabelledImages {
  const count = Math.ceil(bytes.byteLength / recordByteCount);
  const images = new Uint8Array(count * imageByteCount);
  const labels = new Uint8Array(count);
  parseRecordsInto({ count, images, labels }, 0, { bytes, name });
  return { count, images, labels };
}

/**
 * Does the same into arrays that are there already, from image `first` on. The arrays must have room.
 * @throws UserError (data) as {@link parseRecords}.
 */
export function parseRecordsInto(
  target: LabelledImages,
  first: number,
  { bytes, name }: { readonly bytes: Uint8Array; readonly name: string },
): void {
  const count = wholeRecords(bytes, name);
  for (let record = 0; record < count; record++) {
    const from = record * recordByteCount;
    const label = bytes[from] as number;
    if (label >= classCount) throw wrongLabel(name, record, label);
    target.labels[first + record] = label;
    interleave(bytes, from + 1, { to: target.images, at: (first + record) * imageByteCount });
  }
}

/** Writes images as records: the reverse of {@link parseRecords}. */
export function serializeRecords({
  count,
  images,
  labels,
}: Omit<LabelledImages, 'labels'> & { readonly labels: ArrayLike<number> }): Uint8Array {
  const bytes = new Uint8Array(count * recordByteCount);
  for (let record = 0; record < count; record++) {
    const to = record * recordByteCount;
    bytes[to] = labels[record] as number;
    let at = record * imageByteCount;
    for (let pixel = to + 1; pixel <= to + pixelCount; pixel++) {
      bytes[pixel] = images[at++] as number;
      bytes[pixel + pixelCount] = images[at++] as number;
      bytes[pixel + 2 * pixelCount] = images[at++] as number;
    }
  }
  return bytes;
}

/** Planes to pixels. In an inner function of its own, so that the compiler makes it a tight loop. */
function interleave(
  planes: Uint8Array,
  from: number,
  { to, at }: { readonly to: Uint8Array; at: number },
): void {
  let next = at;
  for (let pixel = from; pixel < from + pixelCount; pixel++) {
    to[next] = planes[pixel] as number;
    to[next + 1] = planes[pixel + pixelCount] as number;
    to[next + 2] = planes[pixel + 2 * pixelCount] as number;
    next += 3;
  }
}

function wholeRecords(bytes: Uint8Array, name: string): number {
  const count = bytes.byteLength / recordByteCount;
  if (Number.isInteger(count)) return count;
  throw new UserError(
    `"${name}" must be whole records of ${recordByteCount} bytes, received ${bytes.byteLength} bytes ` +
      `(${Math.floor(count)} records and ${bytes.byteLength % recordByteCount} bytes).`,
    { hint: 'Remove that file and run "prep-lab data".', exitCode: exitCodes.data },
  );
}

function wrongLabel(name: string, record: number, label: number): UserError {
  return new UserError(`"${name}" record ${record}: the label must be 0 to 9, received ${label}.`, {
    hint: 'Remove that file and run "prep-lab data".',
    exitCode: exitCodes.data,
  });
}
