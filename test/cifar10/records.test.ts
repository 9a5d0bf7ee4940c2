import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LabelledImages } from '../../src/cifar10/cifar10.js';
import { parseRecords, parseRecordsInto, serializeRecords } from '../../src/cifar10/records.js';
import { exitCodes, UserError } from '../../src/user-error.js';

/** A record by hand: label, then planes whose bytes are given by their index. */
function record(label: number, plane: (channel: number, pixel: number) => number): Uint8Array {
  const bytes = new Uint8Array(3073);
  bytes[0] = label;
  for (let channel = 0; channel < 3; channel++)
    for (let pixel = 0; pixel < 1024; pixel++)
      bytes[1 + channel * 1024 + pixel] = plane(channel, pixel);
  return bytes;
}

const labelledImages: fc.Arbitrary<LabelledImages> = fc
  .array(
    fc.tuple(fc.integer({ min: 0, max: 9 }), fc.infiniteStream(fc.integer({ min: 0, max: 255 }))),
    {
      maxLength: 3,
    },
  )
  .map((all) => ({
    count: all.length,
    labels: Uint8Array.from(all, ([label]) => label),
    images: Uint8Array.from(all.flatMap(([, values]) => [...values.take(3072)])),
  }));

test('turns red, green and blue planes into pixels', () => {
  const bytes = record(7, (channel, pixel) => channel * 50 + (pixel % 32));
  const { count, images, labels } = parseRecords(bytes, 'file');
  expect([count, labels[0], images.length]).toEqual([1, 7, 3072]);
  expect([...images.subarray(0, 9)]).toEqual([0, 50, 100, 1, 51, 101, 2, 52, 102]);
  expect([...images.subarray(3069)]).toEqual([31, 81, 131]);
});

test('puts row 1 after the 32 pixels of row 0', () => {
  const bytes = record(0, (_, pixel) => Math.floor(pixel / 32));
  expect([...parseRecords(bytes, 'file').images.subarray(93, 99)]).toEqual([0, 0, 0, 1, 1, 1]);
});

test('parses at a place in arrays that are there', () => {
  const target = { count: 3, images: new Uint8Array(3 * 3072), labels: new Uint8Array(3) };
  parseRecordsInto(target, 1, { bytes: record(5, () => 9), name: 'file' });
  expect([...target.labels]).toEqual([0, 5, 0]);
  expect(target.images.indexOf(9)).toBe(3072);
  expect(target.images.lastIndexOf(9)).toBe(2 * 3072 - 1);
});

test('gives back what was serialised', () => {
  fc.assert(
    fc.property(labelledImages, (images) => {
      expect(parseRecords(serializeRecords(images), 'file')).toEqual(images);
    }),
    { numRuns: 20 },
  );
});

test('serialises back to the same bytes', () => {
  const bytes = record(3, (channel, pixel) => (channel * 91 + pixel * 7) % 256);
  expect(Buffer.from(serializeRecords(parseRecords(bytes, 'file'))).equals(bytes)).toBe(true);
});

describe('refuses', () => {
  test('every file that ends inside a record', () => {
    const length = fc.integer({ min: 1, max: 10_000 }).filter((bytes) => bytes % 3073 !== 0);
    fc.assert(
      fc.property(length, (bytes) => {
        expect(() => parseRecords(new Uint8Array(bytes), 'file')).toThrow(UserError);
      }),
    );
  });

  test('and says what is there', () => {
    expect(() => parseRecords(new Uint8Array(3073 * 2 + 5), 'data/x.bin')).toThrow(
      expect.objectContaining({
        message:
          '"data/x.bin" must be whole records of 3073 bytes, received 6151 bytes (2 records and 5 bytes).',
        hint: 'Remove that file and run "prep-lab data".',
        exitCode: exitCodes.data,
      }),
    );
  });

  test('a label above 9', () => {
    const bytes = Buffer.concat([record(9, () => 0), record(10, () => 0)]);
    expect(() => parseRecords(bytes, 'data/x.bin')).toThrow(
      expect.objectContaining({
        message: '"data/x.bin" record 1: the label must be 0 to 9, received 10.',
        exitCode: exitCodes.data,
      }),
    );
  });
});
