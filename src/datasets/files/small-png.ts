import { crc32, inflateSync } from 'node:zlib';
import type { RawImage } from './file-format.js';

/** Of more a native decoder is the quicker one, and no bomb fits into this. */
const mostBytes = 32 * 1024;
const mostSide = 128;

const signature = '\x89PNG\r\n\x1a\n';
const headerBytes = 33;

/**
 * Decodes what most small data sets are: a PNG of 8 bits in grey or RGB, not interlaced. Returns nothing for any other file;
 * another decoder knows what it is, or what is wrong with it.
 * @throws Error if it is such a PNG and was cut off or altered, which other decoders overlook at the end of a file.
 * Source: PNG Specification, second edition (ISO/IEC 15948).
 */
export function decodeSmallPng(bytes: Uint8Array): RawImage | undefined {
  if (bytes.length > mostBytes || bytes.length < headerBytes) return undefined;
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const header = readHeader(file);
  if (!header) return undefined;
  const packed = collectPixels(file);
  if (!packed) return undefined;
  const { height, width, channels } = header;
  const lineBytes = width * channels;
  const rows = inflate(packed, height * (1 + lineBytes));
  const pixels = rows && undoFilters(rows, { height, lineBytes, channels });
  return pixels && { ...header, pixels };
}

type Header = Pick<RawImage, 'height' | 'width' | 'channels'>;

function readHeader(file: Buffer): Header | undefined {
  if (file.toString('latin1', 0, 8) !== signature || file.toString('latin1', 12, 16) !== 'IHDR') {
    return undefined;
  }
  const [width, height] = [file.readUInt32BE(16), file.readUInt32BE(20)];
  const [depth, colour, compression, filter, interlace] = file.subarray(24);
  const isPlain = depth === 8 && compression === 0 && filter === 0 && interlace === 0;
  const isSmall = Math.min(width, height) > 0 && Math.max(width, height) <= mostSide;
  if (!isPlain || !isSmall || (colour !== 0 && colour !== 2)) return undefined;
  return { height, width, channels: colour === 2 ? 3 : 1 };
}

/** Chunks in their order, by type: small letters begin those that change no pixel, but for a colour that is transparent. */
const soundOrder = /^IHDR(?: PLTE| (?!tRNS)[a-z]\w{3})*(?: IDAT)+(?: [a-z]\w{3})* IEND$/;

/** Returns the packed pixels, if all chunks are in their order. */
function collectPixels(file: Buffer): Buffer | undefined {
  const chunks = listChunks(file);
  if (!soundOrder.test(chunks.map(({ type }) => type).join(' '))) return undefined;
  const pieces = chunks.filter(({ type }) => type === 'IDAT').map(({ content }) => content);
  return pieces.length === 1 ? pieces[0] : Buffer.concat(pieces);
}

interface Chunk {
  readonly type: string;
  readonly content: Buffer;
}

function listChunks(file: Buffer): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = signature.length; at + 12 <= file.length; ) {
    const end = at + 8 + file.readUInt32BE(at);
    if (end + 4 > file.length) break;
    if (crc32(file.subarray(at + 4, end)) !== file.readUInt32BE(end)) {
      throw new Error('a checksum is wrong');
    }
    const type = file.toString('latin1', at + 4, at + 8);
    chunks.push({ type, content: file.subarray(at + 8, end) });
    if (type === 'IEND') return chunks;
    at = end + 4;
  }
  throw new Error('it is truncated');
}

/** Unpacks to just so many bytes; nothing where there are others. */
function inflate(packed: Buffer, length: number): Buffer | undefined {
  try {
    // One byte more in the piece: it is unpacked in one go.
    const rows = inflateSync(packed, { maxOutputLength: length, chunkSize: length + 64 });
    return rows.length === length ? rows : undefined;
  } catch {
    return undefined;
  }
}

interface Rows {
  readonly height: number;
  readonly lineBytes: number;
  readonly channels: number;
}

/** Each row begins with how its bytes are told: as differences from those to the left, above, or both. */
function undoFilters(rows: Buffer, { height, lineBytes, channels }: Rows): Uint8Array | undefined {
  const pixels = new Uint8Array(height * lineBytes);
  let above = new Uint8Array(lineBytes);
  for (let y = 0; y < height; y++) {
    const start = y * (1 + lineBytes);
    const filter = rows[start] as number;
    const undo = filters[filter];
    if (!undo) return undefined;
    const line = pixels.subarray(y * lineBytes, (y + 1) * lineBytes);
    line.set(rows.subarray(start + 1, start + 1 + lineBytes));
    undo(line, above, channels);
    above = line;
  }
  return pixels;
}

/** Turns a row of differences into bytes, in place. */
type Filter = (line: Uint8Array, above: Uint8Array, channels: number) => void;

/** By their numbers. */
const filters: readonly Filter[] = [() => {}, addLeft, addAbove, addMean, addNearest];

function addLeft(line: Uint8Array, _: Uint8Array, channels: number): void {
  for (let x = channels; x < line.length; x++) {
    line[x] = (line[x] as number) + (line[x - channels] as number);
  }
}

function addAbove(line: Uint8Array, above: Uint8Array): void {
  for (let x = 0; x < line.length; x++) line[x] = (line[x] as number) + (above[x] as number);
}

function addMean(line: Uint8Array, above: Uint8Array, channels: number): void {
  for (let x = 0; x < line.length; x++) {
    const left = x < channels ? 0 : (line[x - channels] as number);
    line[x] = (line[x] as number) + ((left + (above[x] as number)) >> 1);
  }
}

/** Formula: of left, above and above left that which is nearest to left + above - above left (Paeth). */
function addNearest(line: Uint8Array, above: Uint8Array, channels: number): void {
  for (let x = 0; x < line.length; x++) {
    const left = x < channels ? 0 : (line[x - channels] as number);
    const up = above[x] as number;
    const corner = x < channels ? 0 : (above[x - channels] as number);
    const byLeft = Math.abs(up - corner);
    const byUp = Math.abs(left - corner);
    const byCorner = Math.abs(left + up - 2 * corner);
    const nearest = byLeft <= byUp && byLeft <= byCorner ? left : byUp <= byCorner ? up : corner;
    line[x] = (line[x] as number) + nearest;
  }
}
