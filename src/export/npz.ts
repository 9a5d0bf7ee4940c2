import { crc32 } from 'node:zlib';

/** Numbers as NumPy keeps them. */
export interface NpyArray {
  readonly values: Float32Array | Uint8Array | Int32Array;
  readonly shape: readonly number[];
}

/** Packs arrays for numpy.load, which lists them in this order. Source: NumPy's numpy.lib.format, version 1.0; zip without compression. */
export function packNpz(arrays: Readonly<Record<string, NpyArray>>): Uint8Array {
  const entries: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [key, array] of Object.entries(arrays)) {
    const name = Buffer.from(`${key}.npy`);
    const content = packNpy(array);
    const sizes = Buffer.alloc(26);
    sizes.writeUInt16LE(20, 0);
    // Names are UTF-8; the date is the first that zip knows.
    sizes.writeUInt16LE(0x0800, 2);
    sizes.writeUInt16LE(0x21, 8);
    sizes.writeUInt32LE(crc32(content), 10);
    sizes.writeUInt32LE(content.length, 14);
    sizes.writeUInt32LE(content.length, 18);
    sizes.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), sizes, name, content]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    const made = Buffer.from('PK\x01\x02\x14\x00', 'latin1');
    directory.push(Buffer.concat([made, sizes, place, name]));
    entries.push(local);
    offset += local.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...entries, listed, end]);
}

function packNpy({ values, shape }: NpyArray): Buffer {
  const kind =
    values instanceof Float32Array ? '<f4' : values instanceof Int32Array ? '<i4' : '|u1';
  const sides = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const header = `{'descr': '${kind}', 'fortran_order': False, 'shape': (${sides}), }`;
  const before = 10;
  const length = Math.ceil((before + header.length + 1) / 64) * 64 - before;
  const start = Buffer.from('\x93NUMPY\x01\x00\x00\x00', 'latin1');
  start.writeUInt16LE(length, 8);
  const { buffer, byteOffset, byteLength } = values;
  return Buffer.concat([
    start,
    Buffer.from(`${header.padEnd(length - 1)}\n`),
    new Uint8Array(buffer, byteOffset, byteLength),
  ]);
}
