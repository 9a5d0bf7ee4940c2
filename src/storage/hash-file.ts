import { createHash, type Hash } from 'node:crypto';
import { open } from 'node:fs/promises';

const pieceBytes = 1 << 20;

/** Returns a file's SHA-256 in lower-case hexadecimal, with no more than a piece of it in memory. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await addFile(hash, path);
  return hash.digest('hex');
}

/** Adds what a file holds to a hash. */
export async function addFile(hash: Hash, path: string): Promise<void> {
  const piece = new Uint8Array(pieceBytes);
  const file = await open(path, 'r');
  try {
    for (;;) {
      const { bytesRead } = await file.read(piece, 0, pieceBytes);
      if (bytesRead === 0) return;
      hash.update(piece.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
}
