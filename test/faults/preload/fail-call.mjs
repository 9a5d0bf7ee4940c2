// Loaded with NODE_OPTIONS=--import=...: lets a change of the file system fail, or a process die before it. It counts
// the calls that change something below FAULT_FOLDER (a folder that is synced counts too), in each process by itself.
//   FAULT_PROCESS   parent, child or any: where the fault happens
//   FAULT_CALL      the Nth call is the one; left out, calls are only counted
//   FAULT_NAMES     counts only these: open,write,writeFile,sync,rename,rm,unlink,mkdir,...
//   FAULT_ACTION    kill (this process), kill-all (its parent too), stop (SIGSTOP), parent-SIGTERM (a signal to the
//                   parent; the call goes on), or the code of an error: ENOSPC
//   FAULT_PERSISTS  1: all calls after it fail too
//   FAULT_LOG       a file that gets a line for each counted call: process, number, name, path, "fault" where it was one
import { appendFileSync, constants as fileFlags } from 'node:fs';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { constants } from 'node:os';
import { resolve, sep } from 'node:path';

const { FAULT_FOLDER, FAULT_PROCESS, FAULT_ACTION, FAULT_LOG, FAULT_PERSISTS } = process.env;
const at = Number(process.env.FAULT_CALL ?? Number.POSITIVE_INFINITY);
const names = process.env.FAULT_NAMES?.split(',');
const me = process.argv[1]?.endsWith('trial-process/child.js') ? 'child' : 'parent';
const isMeant = FAULT_PROCESS === me || FAULT_PROCESS === 'any';
const folder = resolve(FAULT_FOLDER ?? '/');

const promises = createRequire(import.meta.url)('node:fs/promises');

/** Paths of open files. */
const paths = new Map();
let count = 0;

/** Returns the error that a call is to fail with; nothing where it may go on. */
function judge(name, path) {
  if (!isMeant || path === undefined || (names && !names.includes(name))) return undefined;
  const full = resolve(String(path));
  if (full !== folder && !full.startsWith(folder + sep)) return undefined;
  count += 1;
  const isFault = count === at || (FAULT_PERSISTS === '1' && count > at);
  if (FAULT_LOG) {
    appendFileSync(FAULT_LOG, `${me}\t${count}\t${name}\t${full}${isFault ? '\tfault' : ''}\n`);
  }
  return isFault ? act(name, full) : undefined;
}

function act(syscall, path) {
  if (FAULT_ACTION === 'stop') return void process.kill(process.pid, 'SIGSTOP');
  if (FAULT_ACTION?.startsWith('parent-')) {
    return void process.kill(process.ppid, FAULT_ACTION.slice('parent-'.length));
  }
  if (FAULT_ACTION === 'kill-all') process.kill(process.ppid, 'SIGKILL');
  if (FAULT_ACTION?.startsWith('kill')) process.kill(process.pid, 'SIGKILL');
  const errno = -(constants.errno[FAULT_ACTION] ?? 0);
  const error = new Error(`${FAULT_ACTION}: injected, ${syscall} '${path}'`);
  return Object.assign(error, { code: FAULT_ACTION, errno, syscall, path });
}

/** Flags are letters, or the system's bits. */
function isReading(flags) {
  if (typeof flags !== 'number') return flags === undefined || flags === 'r';
  return (flags & (fileFlags.O_WRONLY | fileFlags.O_RDWR)) === 0;
}

function replace(owner, name, wrap) {
  owner[name] = wrap(owner[name]);
}

const byPath = ['writeFile', 'appendFile', 'mkdir', 'rm', 'rmdir', 'unlink', 'truncate', 'chmod'];

for (const name of byPath) {
  replace(promises, name, (original) => async (path, ...more) => {
    const error = judge(name, paths.get(path) ?? path);
    if (error) throw error;
    return original(path, ...more);
  });
}
replace(promises, 'rename', (original) => async (from, to) => {
  const error = judge('rename', to);
  if (error) throw error;
  return original(from, to);
});
replace(promises, 'open', (original) => async (path, flags, mode) => {
  const error = isReading(flags) ? undefined : judge('open', path);
  if (error) throw error;
  const handle = await original(path, flags, mode);
  paths.set(handle, path);
  return handle;
});

const opened = await promises.open(process.execPath);
const FileHandle = Object.getPrototypeOf(opened);
await opened.close();
for (const name of ['write', 'writeFile', 'appendFile', 'sync', 'datasync', 'truncate']) {
  replace(
    FileHandle,
    name,
    (original) =>
      async function changed(...parameters) {
        const error = judge(name, paths.get(this));
        if (error) throw error;
        return original.apply(this, parameters);
      },
  );
}

syncBuiltinESMExports();
