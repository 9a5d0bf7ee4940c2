// Decodes 240 images of 512 x 512 (189 MB) where no more than 96 MB can be had.
// node decode-in-little-memory.mjs FOLDER npz|idx|memory
import { execFileSync } from 'node:child_process';
import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { readSource } from '#prep-lab/datasets/files/read-source.js';
import { silentProgress } from '#prep-lab/progress.js';

const [folder, where] = process.argv.slice(2);
const side = 512;
const imageBytes = 3 * side * side;
const headroomBytes = 96 * 1024 * 1024;

/** Writes parts one after the other; a number leaves a hole of so many bytes, which takes no space. */
function writeParts(name, parts) {
  const path = join(folder, name);
  const file = openSync(path, 'w');
  let at = 0;
  for (const part of parts) {
    if (typeof part === 'number') at += part;
    else at += writeSync(file, part, 0, part.length, at);
  }
  ftruncateSync(file, at);
  closeSync(file);
  return path;
}

function idxHeader(...sizes) {
  const bytes = Buffer.alloc(4 + 4 * sizes.length);
  bytes.writeUInt16BE(0x0800 + sizes.length, 2);
  for (const [place, size] of sizes.entries()) bytes.writeUInt32BE(size, 4 + 4 * place);
  return bytes;
}

const labelsOf = (count) => Uint8Array.from({ length: count }, (_, index) => index % 2);

function writeIdx(count) {
  const header = idxHeader(count, side, side, 3);
  writeParts('images-idx3-ubyte', [header, count * imageBytes]);
  writeParts('labels-idx1-ubyte', [idxHeader(count), labelsOf(count)]);
  return { format: 'idx', path: folder };
}

function npyHeader(shape) {
  const text = `{'descr': '|u1', 'fortran_order': False, 'shape': (${shape}), }`;
  return Buffer.from(`\x93NUMPY\x01\x00\x76\x00${text.padEnd(117)}\n`, 'latin1');
}

/** A zip of two entries that are not packed. */
function writeNpz(count) {
  const entries = [
    ['x.npy', [npyHeader(`${count}, ${side}, ${side}, 3`), count * imageBytes]],
    ['y.npy', [npyHeader(`${count},`), labelsOf(count)]],
  ];
  const [locals, centrals] = [[], []];
  let offset = 0;
  for (const [name, parts] of entries) {
    const size = parts.reduce((sum, part) => sum + (part.length ?? part), 0);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt32LE(size, 14);
    fields.writeUInt32LE(size, 18);
    fields.writeUInt16LE(name.length, 22);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    locals.push(Buffer.from('PK\x03\x04'), fields, Buffer.from(name), ...parts);
    centrals.push(Buffer.from('PK\x01\x02\x14\x00'), fields, rest, Buffer.from(name));
    offset += 30 + name.length + size;
  }
  const central = Buffer.concat(centrals);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  const path = writeParts('arrays.npz', [...locals, central, Buffer.from('PK\x05\x06'), end]);
  return { format: 'npz', path };
}

const write = where === 'idx' ? writeIdx : writeNpz;
const read = (options) => readSource(options, { folder: '.', progress: silentProgress });

/** What the process may write to, in bytes. */
function heldBytes() {
  return 1024 * Number(/VmData:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
}

process.env.PREP_LAB_CACHE = join(folder, 'cache');
await read(write(20));
const limit = heldBytes() + headroomBytes;
execFileSync('prlimit', [`--pid=${process.pid}`, `--data=${limit}:${limit}`]);
const source = write(240);
if (where === 'memory') readFileSync(source.path);
const { found } = await read(source);
process.stdout.write(`${JSON.stringify(found)}\n`);
