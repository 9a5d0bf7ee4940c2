/** Reads a stream in the lengths that are asked for; no more of it is in memory than was asked for and a piece. */
export interface ByteReader {
  /** Returns the next bytes; fewer only where the stream ends. */
  read(length: number): Promise<Buffer>;
  /** Leaves the rest unread. */
  close(): Promise<void>;
}

export function createByteReader(stream: AsyncIterable<Buffer>): ByteReader {
  const pieces = stream[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);
  const readMore = async (length: number) => {
    const read = [rest];
    let found = rest.length;
    while (found < length) {
      const { done, value } = await pieces.next();
      if (done) break;
      read.push(value);
      found += value.length;
    }
    return Buffer.concat(read);
  };
  return {
    async read(length) {
      if (rest.length < length) rest = await readMore(length);
      const bytes = rest.subarray(0, length);
      rest = rest.subarray(length);
      return bytes;
    },
    async close() {
      await pieces.return?.();
    },
  };
}
