import { Reader } from 'protobufjs/minimal.js';
import { maskedChecksum } from '../../../src/report/tensorboard/event.js';

/** A message as its fields came: numbers as they are, what has a length as bytes. */
export type Fields = ReadonlyMap<number, readonly (number | Buffer)[]>;

/** Splits an event file into its messages and checks both checksums of each. */
export function splitRecords(bytes: Uint8Array): Buffer[] {
  const file = Buffer.from(bytes);
  const messages: Buffer[] = [];
  for (let at = 0; at < file.length; ) {
    const length = Number(file.readBigUInt64LE(at));
    const message = file.subarray(at + 12, at + 12 + length);
    const checksums = [file.readUInt32LE(at + 8), file.readUInt32LE(at + 12 + length)];
    const expected = [maskedChecksum(file.subarray(at, at + 8)), maskedChecksum(message)];
    if (checksums.join() !== expected.join()) throw new Error(`Wrong checksum at byte ${at}.`);
    messages.push(message);
    at += 16 + length;
  }
  return messages;
}

/** Reads any message of protocol buffers, without its schema. */
export function readFields(message: Uint8Array): Fields {
  const reader = Reader.create(message);
  const fields = new Map<number, (number | Buffer)[]>();
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    const values = fields.get(tag >>> 3) ?? [];
    values.push(readValue(reader, tag & 7));
    fields.set(tag >>> 3, values);
  }
  return fields;
}

function readValue(reader: Reader, type: number): number | Buffer {
  if (type === 0) return Number(reader.int64());
  if (type === 1) return reader.double();
  if (type === 5) return reader.float();
  return Buffer.from(reader.bytes());
}
