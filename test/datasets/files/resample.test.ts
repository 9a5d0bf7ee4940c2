import { expect, test } from 'vitest';
import {
  convertChannels,
  cropCenter,
  resample,
  sizeByShorterSide,
} from '../../../src/datasets/files/resample.js';
import { type GoldenPixels, readGolden, toImage } from './golden.js';

const golden = readGolden<{
  readonly image: GoldenPixels;
  readonly resizes: readonly {
    readonly size: readonly [number, number];
    readonly pixels: GoldenPixels;
  }[];
  readonly grey: GoldenPixels;
  readonly colour: GoldenPixels;
}>('resampled.json');

test.each(golden.resizes)(
  '31 x 43 resized to $size is Pillow’s, byte for byte',
  ({ size, pixels }) => {
    expect(resample(toImage(golden.image), ...size)).toEqual(toImage(pixels));
  },
);

test('grey and colour are made as Pillow makes them', () => {
  expect(convertChannels(toImage(golden.image), 1)).toEqual(toImage(golden.grey));
  expect(convertChannels(toImage(golden.grey), 3)).toEqual(toImage(golden.colour));
});

test('one number is the shorter side', () => {
  expect(sizeByShorterSide({ height: 30, width: 45 }, 20)).toEqual([20, 30]);
  expect(sizeByShorterSide({ height: 45, width: 30 }, 20)).toEqual([30, 20]);
});

test('the middle is kept, an odd rest left below and right', () => {
  const pixels = Uint8Array.from({ length: 12 }, (_, index) => index);
  const image = { height: 3, width: 4, channels: 1, pixels };
  expect([...cropCenter(image, 2, 2).pixels]).toEqual([1, 2, 5, 6]);
});
