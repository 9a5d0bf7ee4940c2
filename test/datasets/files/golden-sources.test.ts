import { expect, test } from 'vitest';
import { type GoldenPixels, goldenPath, readGolden } from './golden.js';
import { loadFiles, useOwnCache } from './read.js';

useOwnCache();

const golden = readGolden<{
  readonly classes: readonly string[];
  readonly pixels: { readonly train: GoldenPixels; readonly test: GoldenPixels };
  readonly labels: { readonly train: readonly number[]; readonly test: readonly number[] };
}>('sources.json');

const bytesOf = ({ base64 }: GoldenPixels) => Uint8Array.from(Buffer.from(base64, 'base64'));

test.each([
  ['folder', 'sources/folder', golden.classes],
  ['csv', 'sources/folder', golden.classes],
  ['parquet', 'sources/parquet', golden.classes],
  ['webdataset', 'sources/webdataset', ['0', '1', '2']],
  ['npz', 'sources/arrays.npz', ['0', '1', '2']],
])(
  '%s, as Pillow, datasets, webdataset and NumPy write it, is read',
  async (format, path, classes) => {
    const { train, test: judged, found } = await loadFiles({ format, path: goldenPath(path) });
    expect(found).toMatchObject({ height: 12, width: 10, channels: 3, train: 9, test: 3, classes });
    expect(train.images.slice()).toEqual(bytesOf(golden.pixels.train));
    expect(judged.images.slice()).toEqual(bytesOf(golden.pixels.test));
    expect([...train.labels]).toEqual(golden.labels.train);
    expect([...judged.labels]).toEqual(golden.labels.test);
  },
);
