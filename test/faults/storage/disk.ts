import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** A line of the journal that test/faults/preload/journal.mjs writes. Paths are relative to the folder that it watches. */
export type Change =
  | { readonly do: 'mkdir' | 'create' | 'remove'; readonly path: string }
  | { readonly do: 'rename'; readonly from: string; readonly path: string }
  | { readonly do: 'write'; readonly path: string; readonly content: string }
  | { readonly do: 'sync'; readonly path: string; readonly content?: string }
  | { readonly do: 'say'; readonly path: string; readonly text: string };

/** Names that change together; without a node the name goes. */
type Entries = readonly (readonly [name: string, node: Node | undefined])[];

type Content = Extract<Change, { readonly do: 'write' | 'sync' }>;

interface File {
  readonly kind: 'file';
  content: Buffer;
  /** What a sync has brought to the disk. */
  synced: Buffer;
}

interface Folder {
  readonly kind: 'folder';
  readonly names: Map<string, Node>;
  readonly syncedNames: Map<string, Node>;
  /** What changed since the last sync. */
  unsynced: Entries[];
}

type Node = File | Folder;

/**
 * What of the unsynced is on the disk after a power cut. `nothing`: as POSIX allows. `names`: all names and no content,
 * as file systems that log names but not what files hold. Else each change by chance.
 */
export type Survival = 'nothing' | 'names' | (() => number);

/** A disk that remembers what was synced. */
export interface Disk {
  apply(change: Change): void;
  /** Returns all files after a power cut, by path, in base64; folders end in a slash. */
  cutPower(survival: Survival): Map<string, string>;
}

export function createDisk(): Disk {
  const root = createFolder();
  return {
    apply: (change) => applyChange(root, change),
    cutPower(survival) {
      const left = new Map<string, string>();
      collect(root, '', { left, survival });
      return left;
    },
  };
}

/** Writes what {@link Disk.cutPower} returned to a folder. */
export async function writeTree(folder: string, tree: ReadonlyMap<string, string>): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [path, content] of tree) {
    if (path.endsWith('/')) await mkdir(join(folder, path), { recursive: true });
    else await writeFile(join(folder, path), Buffer.from(content, 'base64'));
  }
}

function createFolder(): Folder {
  return { kind: 'folder', names: new Map(), syncedNames: new Map(), unsynced: [] };
}

function createFile(): File {
  return { kind: 'file', content: Buffer.alloc(0), synced: Buffer.alloc(0) };
}

function applyChange(root: Folder, change: Change): void {
  const { path } = change;
  switch (change.do) {
    case 'mkdir':
      rename(parentOf(root, path), [[basename(path), createFolder()]]);
      break;
    case 'create':
      rename(parentOf(root, path), [[basename(path), createFile()]]);
      break;
    case 'remove':
      remove(parentOf(root, path), basename(path));
      break;
    case 'rename':
      move(root, change.from, path);
      break;
    case 'write':
    case 'sync':
      keepContent(find(root, path), change);
  }
}

/** @param node nothing for a lease that was released while another process read it. */
function keepContent(node: Node | undefined, change: Content): void {
  if (node?.kind === 'folder') syncNames(node);
  if (node?.kind !== 'file') return;
  if (change.content !== undefined) node.content = Buffer.from(change.content, 'base64');
  if (change.do === 'sync') node.synced = node.content;
}

function rename(folder: Folder, entries: Entries): void {
  for (const [name, node] of entries) {
    if (node) folder.names.set(name, node);
    else folder.names.delete(name);
  }
  folder.unsynced.push(entries);
}

function move(root: Folder, from: string, to: string): void {
  if (dirname(from) !== dirname(to)) throw new Error(`"${from}" changes its folder.`);
  const folder = parentOf(root, to);
  rename(folder, [
    [basename(from), undefined],
    [basename(to), folder.names.get(basename(from))],
  ]);
}

/** What is in a folder goes one by one before it goes itself. */
function remove(folder: Folder, name: string): void {
  const node = folder.names.get(name);
  if (node?.kind === 'folder') for (const inner of [...node.names.keys()]) remove(node, inner);
  rename(folder, [[name, undefined]]);
}

function syncNames(folder: Folder): void {
  folder.syncedNames.clear();
  for (const [name, node] of folder.names) folder.syncedNames.set(name, node);
  folder.unsynced = [];
}

function parentOf(root: Folder, path: string): Folder {
  const parent = find(root, dirname(path));
  if (parent?.kind !== 'folder') throw new Error(`There is no folder for "${path}".`);
  return parent;
}

function find(root: Folder, path: string): Node | undefined {
  let node: Node | undefined = root;
  for (const name of path.split('/').filter((part) => part !== '.')) {
    node = node?.kind === 'folder' ? node.names.get(name) : undefined;
  }
  return node;
}

interface PowerCut {
  readonly left: Map<string, string>;
  readonly survival: Survival;
}

function collect(folder: Folder, path: string, cut: PowerCut): void {
  for (const [name, node] of survivingNames(folder, cut.survival)) {
    if (node.kind === 'file') {
      cut.left.set(`${path}${name}`, survivingContent(node, cut.survival).toString('base64'));
    } else {
      cut.left.set(`${path}${name}/`, '');
      collect(node, `${path}${name}/`, cut);
    }
  }
}

function survivingNames(folder: Folder, survival: Survival): Map<string, Node> {
  if (survival === 'nothing') return folder.syncedNames;
  if (survival === 'names') return folder.names;
  const names = new Map(folder.syncedNames);
  for (const entries of folder.unsynced) {
    if (survival() < 0.5) continue;
    for (const [name, node] of entries) {
      if (node) names.set(name, node);
      else names.delete(name);
    }
  }
  return names;
}

/** Of what was not synced, any part may be there. */
function survivingContent({ content, synced }: File, survival: Survival): Buffer {
  if (typeof survival === 'string' || content === synced) return synced;
  return survival() < 0.5 ? synced : content.subarray(0, Math.floor(survival() * content.length));
}
