/** Images with their classes, as the data set has them. */
export interface LabelledImages {
  readonly count: number;
  /** Shape: NHWC, [count, 32, 32, 3]. Range: 0..255. */
  readonly images: Uint8Array;
  /** Range: 0..9, an index of `cifar10ClassNames`. */
  readonly labels: Uint8Array;
}

/** Bytes of one image: 32 x 32 pixels of red, green and blue. */
export const imageByteCount = 32 * 32 * 3;

export const classCount = 10;
