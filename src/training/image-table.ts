import { type ByteTable, createByteTable, gatherRows } from '../graph/resident.js';
import type { Tensor1D, Tensor4D } from '../graph/tensorflow.js';
import type { ImageShape } from '../stages/stage.js';

/** Images and labels as bytes. Shape: `count` NHWC images, `count` labels. Range: labels 0..K-1. */
export interface LabelledBytes {
  readonly count: number;
  readonly images: Uint8Array;
  readonly labels: Uint8Array;
}

/** A set of labelled images that stays on the engine; batches are gathered there. */
export interface ImageTable {
  readonly count: number;
  /** Shape: int32 [N] to float32 [N, H, W, C], 0..255, and int32 [N]. */
  gather(indices: Tensor1D): { readonly images: Tensor4D; readonly labels: Tensor1D };
  dispose(): void;
}

export function createImageTable(set: LabelledBytes, shape: ImageShape): ImageTable {
  const rowShape = [shape.height, shape.width, shape.channels];
  const images: ByteTable = createByteTable(set.images, { rowCount: set.count, rowShape });
  const labels: ByteTable = createByteTable(set.labels, { rowCount: set.count, rowShape: [] });
  return {
    count: set.count,
    gather: (indices) => ({
      images: gatherRows(images, indices, 'float32') as Tensor4D,
      labels: gatherRows(labels, indices, 'int32') as Tensor1D,
    }),
    dispose() {
      images.dispose();
      labels.dispose();
    },
  };
}
