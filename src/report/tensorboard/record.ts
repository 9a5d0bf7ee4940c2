import crc32c from 'crc-32/crc32c.js';

/** Added to each rotated checksum. Source: tensorflow/core/lib/hash/crc32c.h (kMaskDelta). */
const maskDelta = 0xa282ead8;

/**
 * Frames a message as event files hold it: length, checksum of the length, message, checksum of the message.
 * Source: tensorflow/core/lib/io/record_writer.cc.
 */
export function frameRecord(message: Uint8Array): Uint8Array {
  const record = Buffer.alloc(8 + 4 + message.length + 4);
  record.writeBigUInt64LE(BigInt(message.length), 0);
  record.writeUInt32LE(maskedChecksum(record.subarray(0, 8)), 8);
  record.set(message, 12);
  record.writeUInt32LE(maskedChecksum(message), 12 + message.length);
  return record;
}

/** CRC-32C, rotated right by 15 bits and moved: a record may hold records. Range: uint32. */
export function maskedChecksum(bytes: Uint8Array): number {
  const crc = crc32c.buf(bytes) >>> 0;
  return (((crc >>> 15) | (crc << 17)) + maskDelta) >>> 0;
}
