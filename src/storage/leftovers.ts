import { randomBytes } from 'node:crypto';
import { lstat, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { identifyProcess, judgeProcess } from './process-identity.js';
import { asWriteError } from './storage-error.js';

/** Where a folder waits while its successor takes its place. */
export function asidePath(path: string): string {
  return join(dirname(path), `${asidePrefix}${basename(path)}`);
}

/** Returns a new name beside `path` that tells which process uses it. */
export function temporaryPath(path: string): string {
  const { pid, processStart } = identifyProcess();
  const writer = [pid, processStart, ...Object.values(place())].join('_');
  // Cut, so that a name as long as the system allows gets one that is no longer.
  const start = `${temporaryPrefix}${basename(path).slice(0, 40)}`;
  const name = `${start}.${writer}.${randomBytes(4).toString('hex')}`;
  return join(dirname(path), name);
}

/** Removes a folder or file so that no moment shows half of it under its name. One that is not there is no error. */
export async function discard(path: string): Promise<void> {
  const temporary = temporaryPath(path);
  try {
    await rename(path, temporary);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  await rm(temporary, { recursive: true, force: true });
}

/**
 * Removes from a folder what writers left that died: temporary files and folders, and predecessors whose successor is
 * in its place. Those of a process that lives stay; whether one on another machine lives, the age of its files tells.
 * @throws UserError (storage)
 */
export async function removeLeftovers(parent: string): Promise<void> {
  const names = await readdir(parent).catch(() => []);
  try {
    for (const name of names) {
      const path = join(parent, name);
      if (await isLeftover(name, parent)) await rm(path, { recursive: true, force: true });
    }
  } catch (error) {
    throw asWriteError(error, parent);
  }
}

/** Returns whether there is something of this name. */
export async function exists(path: string): Promise<boolean> {
  return await lstat(path).then(
    () => true,
    () => false,
  );
}

const temporaryPrefix = '.tmp-';
const asidePrefix = '.replaced-';

async function isLeftover(name: string, parent: string): Promise<boolean> {
  if (name.startsWith(asidePrefix)) return exists(join(parent, name.slice(asidePrefix.length)));
  if (!name.startsWith(temporaryPrefix)) return false;
  return !(isWriterAlive(name) ?? (await isYoung(join(parent, name))));
}

/** Returns nothing where this process cannot know. */
function isWriterAlive(name: string): boolean | undefined {
  const [pid = '', processStart = '', boot, space, machine] = (name.split('.').at(-2) ?? '').split(
    '_',
  );
  const here = place();
  if (boot === here.boot && space === here.space) {
    const writer = { ...identifyProcess(), pid: Number(pid), processStart };
    return Number(pid) > 0 && judgeProcess(writer) !== 'dead';
  }
  return machine === here.machine && machine !== '' && boot !== here.boot ? false : undefined;
}

/** Writing takes seconds; an hour allows for clocks that differ. */
const youngMilliseconds = 3_600_000;

async function isYoung(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  return found !== undefined && found.mtimeMs > Date.now() - youngMilliseconds;
}

function place() {
  const { bootId, pidSpace, machine } = identifyProcess();
  const letters = (text: string) => text.replace(/[^0-9a-zA-Z]/g, '');
  return { boot: letters(bootId).slice(0, 12), space: letters(pidSpace), machine };
}
