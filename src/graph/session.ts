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
  /** As `run`, without copying: for large tensors that live on until the session is closed. */
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
 * Loads a graph. The addon takes graphs from a folder only.
 * @throws Error with TensorFlow's reason if the graph is not valid.
 */
export function openSession(nodes: readonly GraphNode[]): Session {
  graphCount += 1;
  const folder = `${memoryFolder}${graphCount}`;
  writeMemoryFile(`${folder}/saved_model.pb`, serialiseSavedModel(nodes));
  return createSession(nativeBackend().binding.loadSavedModel(folder, 'serve'));
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

function createSession(session: number): Session {
  let isOpen = true;
  const lend: Session['lend'] = (feeds, fetches) => {
    if (!isOpen) throw new Error('The program is disposed of.');
    if (fetches.length === 0) return [];
    const inputNames = feeds.map(({ node }) => `${node}:0`).join(',');
    const inputIds = feeds.map(({ id }) => id);
    const outputNames = fetches.map(withOutput).join(',');
    // Asked for each time, because a recording that this must not run in puts a stand-in there.
    return nativeBackend().binding.runSavedModel(session, inputIds, inputNames, outputNames);
  };
  return {
    lend,
    run(feeds, fetches) {
      const copies = feeds.map((feed) => ({ ...feed, id: copyTensor(feed) }));
      try {
        return lend(copies, fetches);
      } finally {
        for (const { id } of copies) nativeBackend().binding.deleteTensor(id);
      }
    },
    close() {
      if (isOpen) nativeBackend().binding.deleteSavedModel(session);
      isOpen = false;
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
