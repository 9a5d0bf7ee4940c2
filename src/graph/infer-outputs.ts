import { createGraphBuilder, toNodeAttribute } from './graph.js';
import type { Binding, NativeAttribute } from './native-backend.js';
import { type InferredOutput, ownAddon } from './own-kernels.js';
import { serialiseGraph } from './saved-model.js';

/** Outputs that only the op's own gradient takes: of a size that TensorFlow tells at run time, and nobody else needs. */
const scratch: Readonly<Record<string, number>> = { FusedBatchNormV3: 5 };

/** What is known of a tensor that no op has computed. */
export interface SymbolicTensor {
  readonly elementType: number;
  readonly shape: readonly number[];
  /** Set where an op's output may depend on it, as on a list of lengths. */
  readonly values?: ArrayBufferView | undefined;
}

interface SymbolicOp {
  readonly name: string;
  readonly attributes: readonly NativeAttribute[];
  readonly inputs: readonly SymbolicTensor[];
}

/** Tells what an op gives without running it; nothing where TensorFlow cannot tell, or refuses the op. */
export type Inference = (op: SymbolicOp) => readonly InferredOutput[] | undefined;

/** Returns TensorFlow's inference, which remembers what it was asked; nothing without prep-lab's own addon. */
export function createInference(binding: Binding): Inference | undefined {
  const addon = ownAddon();
  if (!addon) return undefined;
  const known = new Map<string, readonly InferredOutput[] | undefined>();
  return (op) => {
    const key = JSON.stringify(op, (_, value: unknown) =>
      ArrayBuffer.isView(value) ? [...bytesOf(value)] : value,
    );
    if (!known.has(key)) known.set(key, infer(op));
    return known.get(key);
  };

  function infer(op: SymbolicOp): readonly InferredOutput[] | undefined {
    try {
      const outputs = addon?.inferOutputs(serialiseAlone(binding, op), 'op');
      const all = outputs?.map((output, index) =>
        scratch[op.name] === index ? { ...output, shape: [0] } : output,
      );
      return all?.every(({ shape }) => shape !== null) ? all : undefined;
    } catch {
      // Run for real, the op says better what is wrong.
      return undefined;
    }
  }
}

/** Writes a graph of the op alone, named "op", with a placeholder or constant for each input. */
function serialiseAlone(binding: Binding, { name, attributes, inputs }: SymbolicOp): Uint8Array {
  const graph = createGraphBuilder();
  const nodes = inputs.map(({ elementType, shape, values }, index) =>
    values
      ? graph.constant(`input${index}`, { elementType, shape, content: bytesOf(values) })
      : graph.placeholder(`input${index}`, { elementType, shape }),
  );
  graph.add({
    name: 'op',
    op: name,
    inputs: nodes,
    attributes: Object.fromEntries(
      attributes.map((given) => [given.name, toNodeAttribute(binding, name, given)]),
    ),
  });
  return serialiseGraph(graph.nodes);
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
