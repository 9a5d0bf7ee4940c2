import { nativeBackend } from '../native-backend.js';
import type { RecordedOp, Recording } from '../recording.js';

/** The ops of a recorded step, by what they give and take. */
export interface OpIndex {
  readonly ops: readonly RecordedOp[];
  /** The op of this name that gives a tensor; nothing if another one does. */
  producer(id: number | undefined, name: string): RecordedOp | undefined;
  /** The op of this name that takes a tensor; nothing if there are several, or none. */
  consumer(id: number | undefined, name: string): RecordedOp | undefined;
  /** Ops of these names of which the first takes a tensor, and each next one what the last gave; nothing if one is missing. */
  follow(id: number | undefined, names: readonly string[]): readonly RecordedOp[] | undefined;
  /** Tells whether these ops, and nothing else within the step or after it, take a tensor. */
  isOnlyFor(id: number | undefined, consumers: readonly RecordedOp[]): boolean;
  /** The shape of a variable or of another tensor that the step did not make. */
  shapeOf(id: number | undefined): readonly number[] | undefined;
  /** The whole numbers of a constant that the step made of JavaScript values. */
  valuesOf(id: number | undefined): readonly number[] | undefined;
  /** Makes an id for a tensor that no recorded op gave. */
  newId(): number;
}

export function createOpIndex({ ops, captured, outputIds, finalIds }: Recording): OpIndex {
  const producers = new Map(ops.flatMap((op) => op.outputIds.map((id) => [id, op] as const)));
  const consumers = new Map<number, RecordedOp[]>();
  for (const op of ops) {
    for (const id of new Set(op.inputIds)) consumers.set(id, [...(consumers.get(id) ?? []), op]);
  }
  const leaving = new Set([...outputIds, ...finalIds.values()]);
  const consumersOf = (id: number | undefined) => consumers.get(id ?? Number.NaN) ?? [];
  // The addon counts its ids up from 0: below are those of other fusions.
  let lastId = Math.min(0, ...producers.keys());
  const follow: OpIndex['follow'] = (id, [name, ...others]) => {
    if (name === undefined) return [];
    for (const op of consumersOf(id)) {
      const rest = op.name === name ? follow(op.outputIds[0], others) : undefined;
      if (rest) return [op, ...rest];
    }
    return undefined;
  };
  return {
    ops,
    follow,
    consumer(id, name) {
      const found = consumersOf(id).filter((op) => op.name === name);
      return found.length === 1 ? found[0] : undefined;
    },
    producer(id, name) {
      const op = producers.get(id ?? Number.NaN);
      return op?.name === name ? op : undefined;
    },
    isOnlyFor(id, allowed) {
      if (id === undefined || leaving.has(id)) return false;
      return consumersOf(id).every((op) => allowed.includes(op));
    },
    shapeOf: (id) => captured.get(id ?? Number.NaN)?.shape,
    valuesOf(id) {
      const { elementType, values } = captured.get(id ?? Number.NaN) ?? {};
      if (!values || elementType !== nativeBackend().binding.TF_INT32) return undefined;
      return [...new Int32Array(values.buffer, values.byteOffset, values.byteLength / 4)];
    },
    newId: () => --lastId,
  };
}

/** Tells whether an op has these attributes, and others as they may be. */
export function hasAttributes(op: RecordedOp, wanted: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(wanted).every(([name, value]) => {
    const found = op.attributes.find((attribute) => attribute.name === name);
    return JSON.stringify(found?.value) === JSON.stringify(value);
  });
}

/** Returns the attributes of an op that have one of these names. */
export function pickAttributes(op: RecordedOp, names: readonly string[]): RecordedOp['attributes'] {
  return op.attributes.filter(({ name }) => names.includes(name));
}
