import { cp, mkdir, readdir, readFile, symlink, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { encode } from 'fast-png';
import sharp from 'sharp';
import { create } from 'tar';
import { describe, expect, test } from 'vitest';
import { exitCodes, UserError } from '../../../src/user-error.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { goldenPath } from './golden.js';
import { readFiles, useOwnCache } from './read.js';
import { toNpy, zipStored } from './write-formats.js';

useOwnCache();

/** Returns what is told of a data set, and makes sure that nothing half is left. */
async function refusalOf(dataset: object): Promise<string> {
  const error = await readFiles(dataset).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(UserError);
  const { message, exitCode } = error as UserError;
  expect(exitCode).toBe(exitCodes.data);
  const left = await readdir(join(process.env.PREP_LAB_CACHE ?? '', 'datasets')).catch(() => []);
  expect(left.filter((name) => name.endsWith('.json') || name.endsWith('.reading'))).toEqual([]);
  return message;
}

const png = (side = 8, channels = 3) =>
  encode({
    width: side,
    height: side,
    channels,
    depth: 8,
    data: new Uint8Array(side * side * channels),
  });

/** Writes a folder of two classes with one image for each name. */
async function writeFolder(files: Readonly<Record<string, Uint8Array | string>>): Promise<string> {
  const folder = await temporaryFolder();
  const all = {
    'cat/1.png': png(),
    'cat/2.png': png(),
    'dog/1.png': png(),
    'dog/2.png': png(),
    ...files,
  };
  for (const [name, bytes] of Object.entries(all)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), bytes);
  }
  return folder;
}

/** A PNG whose header claims another size. */
function claim(width: number, height: number): Buffer {
  const bytes = Buffer.from(png());
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
}

const jpeg = (options = {}) =>
  sharp(Buffer.from(png(16)), options)
    .jpeg({ quality: 90 })
    .toBuffer();

describe('One bad image is named with what is wrong', () => {
  test.each<[string, Uint8Array | string, RegExp]>([
    ['empty.png', '', /^"cat\/empty\.png" is empty\.$/],
    ['text.png', 'This is no image.', /^"cat\/text\.png" cannot be decoded \(/],
    ['html.jpg', '<!doctype html><title>404</title>', /^"cat\/html\.jpg" cannot be decoded \(/],
    ['half.png', png(64).subarray(0, 60), /^"cat\/half\.png" cannot be decoded \(/],
    ['bomb.png', claim(100_000, 100_000), /^"cat\/bomb\.png" (cannot be decoded|has 100000)/],
    ['tall.png', claim(8, 1_000_000), /^"cat\/tall\.png" (cannot be decoded|has)/],
    ['wrong.png', claim(9, 8), /^"cat\/wrong\.png" cannot be decoded \(/],
    [
      'deep.png',
      encode({ width: 8, height: 8, channels: 3, depth: 16, data: new Uint16Array(192) }),
      /^"cat\/deep\.png" has more than 8 bits a channel\.$/,
    ],
    [
      'alpha.png',
      png(8, 4),
      /^"cat\/alpha\.png" has 4 channels, expected 1 or 3; "channels": 3 leaves out what is transparent\.$/,
    ],
    [
      'tiny.png',
      png(4),
      /^"cat\/tiny\.png" has 4 x 4 pixels, expected 8 to 512 a side; "resize" brings it there\.$/,
    ],
  ])('%s', async (name, bytes, message) => {
    const path = await writeFolder({ [`cat/${name}`]: bytes });
    expect(await refusalOf({ format: 'folder', path })).toMatch(message);
  });

  test('CMYK', async () => {
    const bytes = await sharp(Buffer.from(png(16)))
      .toColourspace('cmyk')
      .jpeg()
      .toBuffer();
    const path = await writeFolder({ 'cat/print.jpg': bytes });
    expect(await refusalOf({ format: 'folder', path })).toBe(
      '"cat/print.jpg" is in CMYK, expected grey or RGB.',
    );
  });

  test('a byte in the middle that is another', async () => {
    const bytes = Buffer.from(png(64));
    bytes[50] = (bytes[50] ?? 0) ^ 255;
    const path = await writeFolder({ 'cat/flipped.png': bytes });
    expect(await refusalOf({ format: 'folder', path })).toMatch(
      /^"cat\/flipped\.png" cannot be decoded/,
    );
  });

  test('many are counted', async () => {
    const names = Array.from({ length: 15 }, (_, index) => [`cat/bad${index}.png`, 'x'] as const);
    const message = await refusalOf({
      format: 'folder',
      path: await writeFolder(Object.fromEntries(names)),
    });
    expect(message.split('\n')).toHaveLength(11);
    expect(message).toMatch(/\n5 more images cannot be used\.$/);
  });
});

describe('A folder that cannot be trained on', () => {
  test('several sizes are told with an image of each', async () => {
    const path = await writeFolder({ 'cat/big.png': png(16), 'dog/grey.png': png(8, 1) });
    expect((await refusalOf({ format: 'folder', path })).split('\n')).toEqual([
      'Images must have one height, width and number of channels, received:',
      '8 x 8 x 3: 4, such as "cat/1.png"',
      '16 x 16 x 3: 1, such as "cat/big.png"',
      '8 x 8 x 1: 1, such as "dog/grey.png"',
    ]);
  });

  test('an image in no class', async () => {
    const path = await writeFolder({ 'lost.png': png() });
    expect(await refusalOf({ format: 'folder', path })).toBe(
      '"lost.png" lies in no folder of a class.',
    );
  });

  test('a class that only the test has', async () => {
    const path = await temporaryFolder();
    for (const name of ['train/cat', 'train/dog', 'test/cat', 'test/ship']) {
      await mkdir(join(path, name), { recursive: true });
      await writeFile(join(path, name, '1.png'), png());
    }
    expect(await refusalOf({ format: 'folder', path })).toBe(
      'Class ship: there is no training image.',
    );
  });

  test('one class', async () => {
    const path = await temporaryFolder();
    await mkdir(join(path, 'cat'));
    await writeFile(join(path, 'cat', '1.png'), png());
    expect(await refusalOf({ format: 'folder', path })).toBe(
      'There must be 2 to 1000 classes, found 1: cat.',
    );
  });

  test('a link out of it, a link to nothing, and nothing at all', async () => {
    const out = await writeFolder({});
    await symlink('/etc', join(out, 'cat', 'etc'));
    expect(await refusalOf({ format: 'folder', path: out })).toMatch(/^"cat\/etc" leads out of /);
    const lost = await writeFolder({});
    await symlink('nowhere.png', join(lost, 'cat', 'lost.png'));
    expect(await refusalOf({ format: 'folder', path: lost })).toBe(
      '"cat/lost.png": there is no such file.',
    );
    expect(await refusalOf({ format: 'folder', path: 'no/such/folder' })).toBe(
      'dataset.path "no/such/folder": there is nothing of that name.',
    );
  });
});

describe('A table or archive that lies', () => {
  test.each([
    ['../secret.png', /^"\.\.\/secret\.png"(: there is no such file| leads out of)/],
    ['/etc/passwd', /^"\/etc\/passwd": there is no such file\.$/],
    ['missing.png', /^"missing\.png": there is no such file\.$/],
  ])('csv with the path %s', async (name, message) => {
    const path = await writeFolder({ 'all.csv': `path,label\n${name},cat\n` });
    expect(await refusalOf({ format: 'csv', path })).toMatch(message);
  });

  test('csv without a label, and without the column', async () => {
    const path = await writeFolder({ 'all.csv': 'path,label\ncat/1.png,\n' });
    expect(await refusalOf({ format: 'csv', path })).toBe(
      '"all.csv, row 2" must have a path and a label.',
    );
    const other = await writeFolder({ 'all.csv': 'path,kind\ncat/1.png,cat\n' });
    expect(await refusalOf({ format: 'csv', path: other })).toMatch(
      /^"all\.csv" has no column "label"/,
    );
  });

  test('tar with a name that leads out, a link, an image without label', async () => {
    const folder = await writeFolder({ 'a.cls': '0', 'a.png': png() });
    await symlink('/etc/passwd', join(folder, 'b.png'));
    const archive = async (name: string, names: string[], prefix = '') => {
      const path = await temporaryFolder();
      await create({ file: join(path, name), cwd: folder, prefix, preservePaths: true }, names);
      return { format: 'webdataset', path };
    };
    expect(await refusalOf(await archive('x.tar', ['a.png', 'a.cls'], '../..'))).toMatch(
      /"..\/..\/a\.png" leads out of the archive\.$/,
    );
    expect(await refusalOf(await archive('x.tar', ['b.png']))).toMatch(/is of type SymbolicLink/);
    expect(await refusalOf(await archive('x.tar', ['a.png']))).toBe('x.tar, "a.png" has no label.');
  });

  test('npz: labels that do not fit, values that are no bytes, a size that is a lie', async () => {
    const write = async (entries: (readonly [string, Uint8Array])[]) => {
      const path = await temporaryFolder();
      await writeFile(join(path, 'a.npz'), zipStored(entries));
      return { format: 'npz', path: join(path, 'a.npz') };
    };
    const images = ['x.npy', toNpy(new Uint8Array(4 * 192), '4, 8, 8, 3')] as const;
    const labels = (values: number[]) =>
      ['y.npy', toNpy(Uint8Array.from(values), `${values.length},`)] as const;
    expect(await refusalOf(await write([images, labels([0, 1])]))).toBe(
      '"a.npz", array "y" must have one number for each of 4 images, received [2].',
    );
    expect(await refusalOf(await write([images]))).toBe(
      '"a.npz", array "y" is missing beside "x".',
    );
    const liar = ['x.npy', toNpy(new Uint8Array(10), '1000000, 512, 512, 3')] as const;
    expect(await refusalOf(await write([liar, labels([0])]))).toMatch(
      /is no usable npz file: "x\.npy" has 138 bytes and says /,
    );
  });

  test('idx: a bomb, and labels out of range in a named list', async () => {
    const path = await temporaryFolder();
    await writeFile(
      join(path, 'train-images-idx3-ubyte.gz'),
      gzipSync(new Uint8Array(64 * 1024 * 1024)),
    );
    await writeFile(
      join(path, 'train-labels-idx1-ubyte'),
      Uint8Array.from([0, 0, 8, 1, 0, 0, 0, 0]),
    );
    expect(await refusalOf({ format: 'idx', path })).toMatch(/cannot be unpacked|is no IDX file/);
  });

  test('cifar-binary: a label that has no class', async () => {
    const path = await temporaryFolder();
    const record = new Uint8Array(3073);
    record[0] = 7;
    await writeFile(join(path, 'data_batch_1.bin'), record);
    await writeFile(join(path, 'test_batch.bin'), record);
    await writeFile(join(path, 'batches.meta.txt'), 'cat\ndog\n');
    expect(await refusalOf({ format: 'cifar-binary', path })).toBe(
      '"data_batch_1.bin, record 0": the label must be a whole number from 0 to 1, received 7.',
    );
  });
});

describe('A file that ends anywhere is refused', () => {
  const shares = Array.from({ length: 20 }, (_, index) => index / 20);
  test.each([
    ['webdataset', 'sources/webdataset', 'train-000000.tar'],
    ['parquet', 'sources/parquet', 'train-00000-of-00001.parquet'],
    ['npz', 'sources/arrays.npz', 'arrays.npz'],
    ['folder', 'sources/folder', 'train/cat/001.png'],
  ])('%s', { timeout: 120_000 }, async (format, source, file) => {
    const golden = goldenPath(source);
    const isFile = golden.endsWith('.npz');
    const bytes = await readFile(isFile ? golden : join(golden, file));
    // A tar file ends in zeros, which say nothing more.
    const length = bytes.findLastIndex((byte) => byte !== 0) + 1;
    for (const share of shares) {
      const folder = await temporaryFolder();
      await cp(golden, isFile ? join(folder, file) : folder, { recursive: true });
      await truncate(join(folder, file), Math.floor(share * length));
      const message = await refusalOf({ format, path: folder });
      expect(message.split('\n').length, `${share}: ${message}`).toBeLessThan(4);
    }
  });

  test('jpeg', async () => {
    const bytes = await jpeg();
    for (const share of shares) {
      const half = bytes.subarray(0, Math.floor(share * bytes.length));
      const path = await writeFolder({ 'cat/half.jpg': half });
      expect(await refusalOf({ format: 'folder', path })).toMatch(
        /^"cat\/half\.jpg" (is empty|cannot be decoded)/,
      );
    }
  });
});
