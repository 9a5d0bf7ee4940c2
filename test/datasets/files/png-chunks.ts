import { crc32 } from 'node:zlib';

/** Returns a PNG of chunks; their checksums are right. */
export function toPngChunks(
  ...parts: readonly (readonly [type: string, content: Uint8Array])[]
): Buffer {
  const written = parts.map(([type, content]) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
    const ends = Buffer.alloc(8);
    ends.writeUInt32BE(content.length, 0);
    ends.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
  });
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...written]);
}
