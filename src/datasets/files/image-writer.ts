import { type FileHandle, open } from 'node:fs/promises';
import { asWriteError } from '../../storage/storage-error.js';

/** So many bytes are written at once. */
const pieceBytes = 4 * 1024 * 1024;

/** Writes images one after the other. */
export interface ImageWriter {
  /** @throws UserError (storage) */
  write(pixels: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** Creates a file for images; what it holds is on the disk once it is closed. */
export async function createImageWriter(path: string): Promise<ImageWriter> {
  const handle = await open(path, 'wx');
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  const flush = async () => {
    const pieces = waiting;
    [waiting, waitingBytes] = [[], 0];
    await writeAll(handle, Buffer.concat(pieces), path);
  };
  return {
    async write(pixels) {
      waiting.push(pixels);
      waitingBytes += pixels.length;
      if (waitingBytes >= pieceBytes) await flush();
    },
    async close() {
      try {
        await flush();
        await handle.sync();
      } finally {
        await handle.close();
      }
    },
  };
}

async function writeAll(handle: FileHandle, bytes: Uint8Array, path: string): Promise<void> {
  let at = 0;
  while (at < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, at).catch((error: unknown) => {
      throw asWriteError(error, path, bytes.length);
    });
    at += bytesWritten;
  }
}
