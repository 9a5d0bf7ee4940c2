import { expect, test } from 'vitest';
import { frameRecord, maskedChecksum } from '../../../src/report/tensorboard/event.js';

// What masked_crc32c of tensorboard 2.21 (summary/writer/record_writer.py) returns.
test.each([
  ['', 0xa282ead8],
  ['\0', 0x49258fd2],
  ['prep-lab', 0x3fafd5ad],
  [Uint8Array.from({ length: 256 }, (_, value) => value), 0xd31a2360],
])('the checksum of %j is TensorBoard’s', (content, checksum) => {
  expect(maskedChecksum(Buffer.from(content))).toBe(checksum);
});

test('a record is its length, the checksum of that, the message and its checksum', () => {
  const record = Buffer.from(frameRecord(Buffer.from('prep-lab')));
  expect(record).toHaveLength(8 + 4 + 8 + 4);
  expect(record.readBigUInt64LE(0)).toBe(8n);
  expect(record.readUInt32LE(8)).toBe(maskedChecksum(record.subarray(0, 8)));
  expect(record.subarray(12, 20).toString()).toBe('prep-lab');
  expect(record.readUInt32LE(20)).toBe(0x3fafd5ad);
});
