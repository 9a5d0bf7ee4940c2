import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** Returns a file's SHA-256 in lower-case hexadecimal, reading it in pieces. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(piece);
  return hash.digest('hex');
}
