import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** The members of a wheel: path and content. RECORD is made from them. */
export type Members = Readonly<Record<string, string | Uint8Array>>;

/** Paths with a wrong hash in RECORD, and paths that it does not name. */
export interface WheelFaults {
  readonly altered?: readonly string[];
  readonly unlisted?: readonly string[];
}

/** Makes a wheel: an uncompressed zip archive with a RECORD. */
export function makeWheel(members: Members, faults: WheelFaults = {}): Buffer {
  const listed = Object.entries(members).filter(([path]) => !faults.unlisted?.includes(path));
  const record = listed.map(([path, content]) => {
    const hash = createHash('sha256').update(content);
    if (faults.altered?.includes(path)) hash.update('x');
    return `${path},sha256=${hash.digest('base64url')},${content.length}`;
  });
  return zip({ ...members, 'fake-1.0.dist-info/RECORD': `${record.join('\n')}\n` });
}

/** Source: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, sections 4.3.7, 4.3.12 and 4.3.16. */
function zip(members: Members): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [path, content] of Object.entries(members)) {
    const name = Buffer.from(path);
    const bytes = Buffer.from(content);
    const shared = describeEntry(name, bytes);
    const local = Buffer.concat([number4(0x04034b50), shared, name, bytes]);
    // Made on Unix, with permissions rwxr-xr-x in the upper half of the attributes.
    const made = Buffer.from([20, 3]);
    const rest = Buffer.concat([Buffer.alloc(6), number4((0o100755 << 16) >>> 0), number4(offset)]);
    central.push(Buffer.concat([number4(0x02014b50), made, shared, rest, name]));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(central.length, 8);
  end.writeUInt16LE(central.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

/** The part that an entry's two headers share: version to name and extra lengths. */
function describeEntry(name: Buffer, bytes: Buffer): Buffer {
  const shared = Buffer.alloc(26);
  shared.writeUInt16LE(20, 0);
  shared.writeUInt32LE(crc32(bytes), 10);
  shared.writeUInt32LE(bytes.length, 14);
  shared.writeUInt32LE(bytes.length, 18);
  shared.writeUInt16LE(name.length, 22);
  return shared;
}

function number4(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
}
