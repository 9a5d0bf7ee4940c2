/** Shape of an image. */
export const cifar10Shape = { height: 32, width: 32, channels: 3 } as const;

/** Images of the whole data set. */
export const cifar10Counts = { train: 50_000, test: 10_000 } as const;

/** The classes in the order of their labels. Source: batches.meta.txt of the official archive. */
export const cifar10ClassNames: readonly string[] = [
  'airplane',
  'automobile',
  'bird',
  'cat',
  'deer',
  'dog',
  'frog',
  'horse',
  'ship',
  'truck',
];

export const classCount = cifar10ClassNames.length;

/** Bytes of one image: pixels of red, green and blue. */
export const imageByteCount = cifar10Shape.height * cifar10Shape.width * cifar10Shape.channels;

/** Bytes of one record of the binary version: a label and three planes (red, green, blue), row by row. */
export const recordByteCount = 1 + imageByteCount;

/** One file of the binary version of CIFAR-10. */
export interface PublishedFile {
  readonly name: string;
  /** Of the whole file. */
  readonly sha256: string;
  readonly records: number;
}

/**
 * The five training files and the test file, in the order of the data set.
 * Source: the official archive cifar-10-binary.tar.gz (MD5 c32a1d4ab5d03f1284b67883e8d87530).
 */
export const cifar10Files: readonly PublishedFile[] = [
  ['data_batch_1.bin', 'cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5'],
  ['data_batch_2.bin', 'a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed'],
  ['data_batch_3.bin', 'bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67'],
  ['data_batch_4.bin', '014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48'],
  ['data_batch_5.bin', '755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add'],
  ['test_batch.bin', '8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b'],
].map(([name = '', sha256 = '']) => ({ name, sha256, records: 10_000 }));

export function byteCountOf(file: PublishedFile): number {
  return file.records * recordByteCount;
}

/** Images with their classes, as the data set has them. */
export interface LabelledImages {
  readonly count: number;
  /** Shape: NHWC, [count, 32, 32, 3]. Range: 0..255. */
  readonly images: Uint8Array;
  /** Range: 0..9, an index of `cifar10ClassNames`. */
  readonly labels: Uint8Array;
}
