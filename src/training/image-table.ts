import { type ImageBytes, isImageFile } from '../datasets/image-file.js';
import type { ClassLabels } from '../datasets/labelled-images.js';
import { createByteTable, gather, gatherRows, mapByteTable } from '../graph/resident.js';
import { type Tensor1D, type Tensor4D, tensorflow } from '../graph/tensorflow.js';
import type { ImageShape } from '../stages/stage.js';

/** Images and labels as bytes. Shape: `count` NHWC images, `count` labels. Range: labels 0..K-1. */
export interface LabelledBytes {
  readonly count: number;
  readonly images: ImageBytes;
  readonly labels: ClassLabels;
}

/** A set of labelled images that stays on the engine; batches are gathered there. */
export interface ImageTable {
  readonly count: number;
  /** Values of one image. */
  readonly imageSize: number;
  /** Whether classes go beyond 255. */
  readonly isWide: boolean;
  /** Shape: int32 [N] to float32 [N, H, W, C], 0..255, and int32 [N]. */
  gather(indices: Tensor1D): { readonly images: Tensor4D; readonly labels: Tensor1D };
  dispose(): void;
}

export function createImageTable(set: LabelledBytes, shape: ImageShape): ImageTable {
  const rowShape = [shape.height, shape.width, shape.channels];
  const images = createPixelTable(set, rowShape);
  const labels = createLabelTable(set);
  return {
    count: set.count,
    imageSize: shape.height * shape.width * shape.channels,
    isWide: set.labels instanceof Uint16Array,
    gather: (indices) => ({
      images: images.gather(indices),
      labels: labels.gather(indices),
    }),
    dispose() {
      images.dispose();
      labels.dispose();
    },
  };
}

/** Images in memory are on the engine; those of a file are read by it as they are wanted. */
function createPixelTable({ images, count }: LabelledBytes, rowShape: readonly number[]) {
  const tf = tensorflow();
  if (!isImageFile(images)) {
    const table = createByteTable(images, { rowCount: count, rowShape });
    return {
      gather: (indices: Tensor1D) => gatherRows(table, indices, 'float32') as Tensor4D,
      dispose: () => table.dispose(),
    };
  }
  const table = mapByteTable(images.path, { rowCount: images.fileCount, rowShape });
  const rows = images.rows && tf.keep(tf.tensor1d(images.rows, 'int32'));
  return {
    gather(indices: Tensor1D) {
      const places = rows ? (gather(rows, indices, 'int32') as Tensor1D) : indices;
      return gatherRows(table, places, 'float32') as Tensor4D;
    },
    dispose() {
      rows?.dispose();
      table.dispose();
    },
  };
}

/** The engine's tables hold bytes: a class beyond 255 is two of them, the lower first. */
function createLabelTable({ labels, count }: LabelledBytes) {
  const isWide = labels instanceof Uint16Array;
  const bytes = isWide ? splitIntoBytes(labels) : labels;
  const table = createByteTable(bytes, { rowCount: count, rowShape: isWide ? [2] : [] });
  const weights = (rows: ReturnType<typeof gatherRows>) => {
    const tf = tensorflow();
    return tf.tidy(() => rows.mul(tf.tensor1d([1, 256], 'int32')).sum(1)) as Tensor1D;
  };
  return {
    gather(indices: Tensor1D): Tensor1D {
      const rows = gatherRows(table, indices, 'int32');
      return isWide ? weights(rows) : (rows as Tensor1D);
    },
    dispose: () => table.dispose(),
  };
}

function splitIntoBytes(labels: Uint16Array): Uint8Array {
  const bytes = new Uint8Array(2 * labels.length);
  for (const [index, label] of labels.entries()) {
    bytes[2 * index] = label & 255;
    bytes[2 * index + 1] = label >> 8;
  }
  return bytes;
}
