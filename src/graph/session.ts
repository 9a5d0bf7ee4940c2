import { createHash } from 'node:crypto';
import { type NativeTensor, nativeBackend } from './native-backend.js';
import { type GraphNode, serialiseSavedModel } from './saved-model.js';

/** A value for a placeholder. */
interface Feed {
  /** Name of the placeholder. */
  readonly node: string;
  /** The addon's id of the tensor. */
  readonly id: number;
  readonly elementType: number;
}

/** A graph that TensorFlow has loaded. */
export interface Session {
  /** Feeds copies of tensors, runs, and returns what was fetched, to be deleted by the caller. */
  run(feeds: readonly Feed[], fetches: readonly string[]): NativeTensor[];
  /** As `run`, without copying: for large tensors that live on until the session is closed. Nobody takes it then. */
  lend(feeds: readonly Feed[], fetches: readonly string[]): NativeTensor[];
  close(): void;
}

/** TensorFlow's file system in memory: no disk, no folder for temporary files, nothing left after a kill. */
const memoryFolder = 'ram://prep-lab-graph-';

/**
 * Files in memory cannot be replaced (a second write appends), so each graph gets a name of its own. Its bytes stay until
 * the process ends: 0.1 MB for all steps of the baseline network, 0.3 MB for those of the deep one.
 */
let graphCount = 0;

/**
 * Sessions that were closed, by their graph's SHA-256, the oldest first. TensorFlow optimises a graph for each set of
 * fetches when it first runs, which takes longer than a small training: the next owner of the same graph need not wait.
 * What the variables hold is of the last owner: whoever opens a session writes them all first.
 */
const idleSessions = new Map<string, number>();

/** A trial has a program that trains it and one or two that look at it. Each holds its variables. */
const mostIdle = 3;

/**
 * Loads a graph, or takes a closed session of the same graph, byte for byte. The addon takes graphs from a folder only.
 * @throws Error with TensorFlow's reason if the graph is not valid.
 */
export function openSession(nodes: readonly GraphNode[]): Session {
  const bytes = serialiseSavedModel(nodes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const idle = idleSessions.get(sha256);
  idleSessions.delete(sha256);
  return createSession(idle ?? load(bytes), (session) => keepIdle(sha256, session));
}

/** Makes room for a session: its own twin goes, then the oldest one. */
function keepIdle(sha256: string, session: number): void {
  dropIdle(sha256);
  const [oldest] = idleSessions.keys();
  if (oldest !== undefined && idleSessions.size === mostIdle) dropIdle(oldest);
  idleSessions.set(sha256, session);
}

function dropIdle(sha256: string): void {
  const session = idleSessions.get(sha256);
  idleSessions.delete(sha256);
  if (session !== undefined) unload(session);
}

function load(bytes: Uint8Array): number {
  graphCount += 1;
  const folder = `${memoryFolder}${graphCount}`;
  writeMemoryFile(`${folder}/saved_model.pb`, bytes);
  return nativeBackend().binding.loadSavedModel(folder, 'serve');
}

function unload(session: number): void {
  nativeBackend().binding.deleteSavedModel(session);
}

function writeMemoryFile(path: string, content: Uint8Array): void {
  const { binding } = nativeBackend();
  // The addon takes strings as a list of their bytes.
  const inputs = [new TextEncoder().encode(path), content].map((bytes) =>
    binding.createTensor([], binding.TF_STRING, [bytes] as unknown as ArrayBufferView),
  );
  binding.executeOp('WriteFile', [], inputs, 0);
  for (const id of inputs) binding.deleteTensor(id);
}

/** @param keep Is given the session when it is closed and holds nothing of others. */
function createSession(session: number, keep: (session: number) => void): Session {
  let [isOpen, hasBorrowed] = [true, false];
  const call: Session['run'] = (feeds, fetches) => {
    if (!isOpen) throw new Error('The program is disposed of.');
    if (fetches.length === 0) return [];
    const inputNames = feeds.map(({ node }) => `${node}:0`).join(',');
    const inputIds = feeds.map(({ id }) => id);
    const outputNames = fetches.map(withOutput).join(',');
    // Asked for each time, because a recording that this must not run in puts a stand-in there.
    return nativeBackend().binding.runSavedModel(session, inputIds, inputNames, outputNames);
  };
  return {
    lend(feeds, fetches) {
      hasBorrowed ||= feeds.length > 0;
      return call(feeds, fetches);
    },
    run(feeds, fetches) {
      const copies = feeds.map((feed) => ({ ...feed, id: copyTensor(feed) }));
      try {
        return call(copies, fetches);
      } finally {
        for (const { id } of copies) nativeBackend().binding.deleteTensor(id);
      }
    },
    close() {
      if (!isOpen) return;
      isOpen = false;
      if (hasBorrowed) unload(session);
      else keep(session);
    },
  };
}

/**
 * A tensor made from JavaScript values shares their memory, and the addon gives it back to V8 in whichever thread drops
 * the last reference. A session drops a variable's old value in one of TensorFlow's threads, where V8 must not be
 * called: the process then crashes now and then. So a session gets memory of TensorFlow's own.
 */
function copyTensor({ id, elementType }: Feed): number {
  const { binding } = nativeBackend();
  const type = { name: 'T', type: binding.TF_ATTR_TYPE, value: elementType };
  const [copy] = binding.executeOp('DeepCopy', [type], [id], 1);
  if (!copy) throw new Error('DeepCopy gave no output.');
  return copy.id;
}

function withOutput(node: string): string {
  return node.includes(':') ? node : `${node}:0`;
}
