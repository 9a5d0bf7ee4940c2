// Loaded with NODE_OPTIONS=--import=...: writes down every change of the file system below JOURNAL_FOLDER, in the parent
// and in its children, and what the parent says on stderr. From that test/faults/storage/disk.ts works out what a disk
// may hold after a power cut. A line is written when the change is made:
//   {"do":"mkdir"|"create"|"remove","path"}   {"do":"rename","from","path"}   {"do":"write","path","content"}
//   {"do":"sync","path","content"} of a file or, without content, of a folder   {"do":"say","text"}
import { appendFileSync, readFileSync, statSync } from 'node:fs';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { dirname, relative, resolve } from 'node:path';

const { JOURNAL_FOLDER, JOURNAL } = process.env;
const folder = resolve(JOURNAL_FOLDER);
const files = createRequire(import.meta.url)('node:fs/promises');
const original = { ...files };

/** Paths of open files. */
const paths = new Map();

/** Returns the path below the folder, `.` for itself, and nothing for what lies elsewhere. */
function place(path) {
  const inside = relative(folder, resolve(String(path))) || '.';
  return inside.startsWith('..') ? undefined : inside;
}

function note(what, path, more = {}) {
  if (path !== undefined)
    appendFileSync(JOURNAL, `${JSON.stringify({ do: what, path, ...more })}\n`);
}

const read = (path) => ({ content: readFileSync(resolve(folder, path)).toString('base64') });
const isThere = (path) => statSync(path, { throwIfNoEntry: false }) !== undefined;

files.mkdir = async (path, options) => {
  const first = await original.mkdir(path, options);
  const made = [];
  const top = options?.recursive ? first : path;
  for (let at = resolve(String(path)); top !== undefined; at = dirname(at)) {
    made.unshift(at);
    if (at === resolve(String(top))) break;
  }
  for (const one of made) note('mkdir', place(one) === '.' ? undefined : place(one));
  return first;
};
files.rename = async (from, to) => {
  await original.rename(from, to);
  note('rename', place(to), { from: place(from) });
};
for (const name of ['rm', 'unlink', 'rmdir']) {
  files[name] = async (path, options) => {
    const was = isThere(path);
    await original[name](path, options);
    if (was) note('remove', place(path));
  };
}
files.writeFile = async (path, ...more) => {
  const was = isThere(path);
  await original.writeFile(path, ...more);
  if (!was) note('create', place(path));
  if (place(path)) note('write', place(path), read(place(path)));
};
files.open = async (path, flags, mode) => {
  const was = isThere(path);
  const handle = await original.open(path, flags, mode);
  paths.set(handle, place(path));
  if (!was) note('create', place(path));
  return handle;
};

const opened = await original.open(process.execPath);
const FileHandle = Object.getPrototypeOf(opened);
await opened.close();
const { sync, writeFile } = FileHandle;
FileHandle.sync = async function noted() {
  const path = paths.get(this);
  const isFile = (await this.stat()).isFile();
  // What is written while the disk is busy may not be on it.
  const content = path !== undefined && isFile ? read(path) : {};
  await sync.call(this);
  note('sync', path, content);
};
FileHandle.writeFile = async function noted(...parameters) {
  await writeFile.apply(this, parameters);
  const path = paths.get(this);
  if (path !== undefined) note('write', path, read(path));
};
syncBuiltinESMExports();

const write = process.stderr.write.bind(process.stderr);
process.stderr.write = (text, ...more) => {
  if (!process.argv[1]?.endsWith('child.js')) note('say', '.', { text: String(text) });
  return write(text, ...more);
};
