import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buf } from 'crc-32';
import { encode } from 'fast-png';
import { parquetWriteFile } from 'hyparquet-writer';
import { create } from 'tar';
import { serializeRecords } from '../../../src/cifar10/records.js';
import type { LabelledImages } from '../../../src/datasets/labelled-images.js';

/** 32 x 32 x 3 images to be written, those of each class together. */
export interface Written {
  readonly train: LabelledImages;
  readonly test: LabelledImages;
}

/** What an experiment says of them. */
export interface DatasetKey {
  readonly format: string;
  readonly path: string;
}

const parts = ['train', 'test'] as const;

/** Returns an image's PNG. */
function toPng({ images }: LabelledImages, index: number): Uint8Array {
  const data = images.slice(index * 3072, (index + 1) * 3072);
  return encode({ width: 32, height: 32, channels: 3, depth: 8, data: Uint8Array.from(data) });
}

const numbered = (index: number) => String(index).padStart(6, '0');

/** Writes images in each of the seven formats into a folder, and returns the `dataset` keys that read them. */
export async function writeFormats(folder: string, written: Written): Promise<DatasetKey[]> {
  for (const part of parts) {
    await writeImages(join(folder, 'images'), part, written[part]);
    await writeShard(join(folder, 'webdataset'), part, written[part]);
    await writeTable(join(folder, 'parquet'), part, written[part]);
    await writeIdx(join(folder, 'idx'), part, written[part]);
    await mkdir(join(folder, 'binary'), { recursive: true });
    await writeFile(
      join(folder, 'binary', `${part}.bin`),
      serializeRecords({ ...written[part], images: written[part].images.slice() }),
    );
  }
  await writeNpz(join(folder, 'arrays.npz'), written);
  return [
    { format: 'folder', path: join(folder, 'images') },
    { format: 'csv', path: join(folder, 'images') },
    { format: 'parquet', path: join(folder, 'parquet') },
    { format: 'webdataset', path: join(folder, 'webdataset') },
    { format: 'npz', path: join(folder, 'arrays.npz') },
    { format: 'idx', path: join(folder, 'idx') },
    { format: 'cifar-binary', path: join(folder, 'binary') },
  ];
}

async function writeImages(folder: string, part: string, images: LabelledImages): Promise<void> {
  const rows = ['path,label'];
  for (const [index, label] of images.labels.entries()) {
    const name = join(part, String(label), `${numbered(index)}.png`);
    await mkdir(join(folder, part, String(label)), { recursive: true });
    await writeFile(join(folder, name), toPng(images, index));
    rows.push(`${name},${label}`);
  }
  await writeFile(join(folder, `${part}.csv`), `${rows.join('\n')}\n`);
}

async function writeShard(folder: string, part: string, images: LabelledImages): Promise<void> {
  const cwd = join(folder, '..', `shard-${part}`);
  await mkdir(cwd, { recursive: true });
  await mkdir(folder, { recursive: true });
  const names: string[] = [];
  for (const [index, label] of images.labels.entries()) {
    await writeFile(join(cwd, `${numbered(index)}.png`), toPng(images, index));
    await writeFile(join(cwd, `${numbered(index)}.cls`), String(label));
    names.push(`${numbered(index)}.png`, `${numbered(index)}.cls`);
  }
  await create({ file: join(folder, `${part}-000000.tar`), cwd }, names);
}

async function writeTable(folder: string, part: string, images: LabelledImages): Promise<void> {
  await mkdir(folder, { recursive: true });
  const data = Array.from(images.labels, (_, index) => toPng(images, index));
  parquetWriteFile({
    filename: join(folder, `${part}.parquet`),
    columnData: [
      { name: 'image', data, type: 'BYTE_ARRAY' },
      { name: 'label', data: Array.from(images.labels, BigInt), type: 'INT64' },
    ],
  });
}

async function writeIdx(folder: string, part: string, images: LabelledImages): Promise<void> {
  await mkdir(folder, { recursive: true });
  const name = part === 'train' ? 'train' : 't10k';
  const head = (...sizes: number[]) => {
    const bytes = Buffer.alloc(4 + 4 * sizes.length);
    bytes.writeUInt16BE(0x0800 + sizes.length, 2);
    for (const [place, size] of sizes.entries()) bytes.writeUInt32BE(size, 4 + 4 * place);
    return bytes;
  };
  const pixels = Buffer.concat([head(images.count, 32, 32, 3), images.images.slice()]);
  const labels = Buffer.concat([head(images.count), Uint8Array.from(images.labels)]);
  await writeFile(join(folder, `${name}-images-idx3-ubyte`), pixels);
  await writeFile(join(folder, `${name}-labels-idx1-ubyte`), labels);
}

async function writeNpz(path: string, written: Written): Promise<void> {
  const entries = parts.flatMap((part) => [
    [
      `x_${part}.npy`,
      toNpy(written[part].images.slice(), `${written[part].count}, 32, 32, 3`),
    ] as const,
    [
      `y_${part}.npy`,
      toNpy(Uint8Array.from(written[part].labels), `${written[part].count},`),
    ] as const,
  ]);
  await writeFile(path, zipStored(entries));
}

/** Returns a NumPy array of bytes. */
export function toNpy(bytes: Uint8Array, shape: string): Buffer {
  const text = `{'descr': '|u1', 'fortran_order': False, 'shape': (${shape}), }`;
  const header = `${text.padEnd(117)}\n`;
  const start = Buffer.from([
    0x93,
    ...Buffer.from('NUMPY'),
    1,
    0,
    header.length & 255,
    header.length >> 8,
  ]);
  return Buffer.concat([start, Buffer.from(header, 'latin1'), bytes]);
}

/** Returns a zip of entries as they are, not packed. */
export function zipStored(
  entries: readonly (readonly [name: string, bytes: Uint8Array])[],
): Buffer {
  const [locals, centrals]: [Buffer[], Buffer[]] = [[], []];
  let offset = 0;
  for (const [name, bytes] of entries) {
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeInt32LE(buf(bytes), 10);
    fields.writeUInt32LE(bytes.length, 14);
    fields.writeUInt32LE(bytes.length, 18);
    fields.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([
      Buffer.from('PK\x03\x04', 'latin1'),
      fields,
      Buffer.from(name),
      bytes,
    ]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    const made = Buffer.from([20, 0]);
    centrals.push(
      Buffer.concat([Buffer.from('PK\x01\x02', 'latin1'), made, fields, rest, Buffer.from(name)]),
    );
    locals.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(centrals);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, central, Buffer.from('PK\x05\x06', 'latin1'), end]);
}
