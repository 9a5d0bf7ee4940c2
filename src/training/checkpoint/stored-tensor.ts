import type { Program } from '../../graph/program.js';
import { type Tensor, tensorflow, type Variable } from '../../graph/tensorflow.js';
import { exitCodes, UserError } from '../../user-error.js';

/** Returns the error for a checkpoint that a trial cannot go on from. @param reason ends the sentence. */
export function cannotResume(reason: string): UserError {
  return new UserError(`The checkpoint cannot be continued: ${reason}.`, {
    hint: 'Use "--fresh" to set it aside and train the trial from its beginning.',
    exitCode: exitCodes.cannotResume,
  });
}

/** The values of a tensor, outside of the engine. */
export interface StoredTensor {
  readonly name: string;
  readonly dtype: 'float32' | 'int32';
  readonly shape: readonly number[];
  /** Four bytes a value, in the processor's order. Begins at a multiple of four in its buffer. */
  readonly bytes: Uint8Array;
}

/** Copies a tensor's values out of the engine. */
export function storeTensor(name: string, tensor: Tensor): StoredTensor {
  const { dtype, shape } = tensor;
  if (dtype !== 'float32' && dtype !== 'int32') throw new Error(`"${name}" is of type ${dtype}.`);
  const { buffer, byteOffset, byteLength } = tensor.dataSync();
  return { name, dtype, shape, bytes: new Uint8Array(buffer, byteOffset, byteLength) };
}

/** Copies variables' values out of a program, one by one, so that the engine holds no second copy of all. */
export function storeVariables(
  program: Program,
  variables: ReadonlyMap<string, Variable>,
): StoredTensor[] {
  return [...variables].map(([name, variable]) => {
    const tensors = program.read([variable]);
    try {
      return storeTensor(name, tensors[0] as Tensor);
    } finally {
      tensorflow().dispose(tensors);
    }
  });
}

/** Makes tensors of stored values again, to be disposed of by the caller. */
export function restoreTensors(stored: readonly StoredTensor[]): Tensor[] {
  return stored.map(({ dtype, shape, bytes }) => {
    const { buffer, byteOffset, byteLength } = bytes;
    const values =
      dtype === 'float32'
        ? new Float32Array(buffer, byteOffset, byteLength / 4)
        : new Int32Array(buffer, byteOffset, byteLength / 4);
    return tensorflow().tensor(values, [...shape], dtype);
  });
}

/**
 * Makes sure that stored tensors are those of these variables, in the same order.
 * @throws UserError (cannot resume) naming the first that differs.
 */
export function requireTensorsOf(
  stored: readonly StoredTensor[],
  variables: ReadonlyMap<string, Variable>,
): void {
  const wanted = [...variables];
  for (let index = 0; index < Math.max(wanted.length, stored.length); index++) {
    const [name = '', variable] = wanted[index] ?? [];
    const tensor = stored[index];
    const expected = variable ? describe(name, variable) : 'nothing more';
    const received = tensor ? describe(tensor.name, tensor) : 'nothing more';
    if (received === expected) continue;
    throw cannotResume(`it holds ${received} where the trial has ${expected}`);
  }
}

function describe(
  name: string,
  { dtype, shape }: { readonly dtype: string; readonly shape: readonly number[] },
): string {
  return `"${name}" (${dtype} [${shape.join(', ')}])`;
}
