import type { z } from 'zod';
import type { TrainingState } from './state.js';
import { renderState, stateSchema, stateVersion, type TensorDescription } from './state.js';
import type { StoredTensor } from './stored-tensor.js';
import { cannotResume } from './stored-tensor.js';

/** A training's state as the files of a checkpoint. */
export interface CheckpointFiles {
  readonly 'state.json': string;
  /** The values of all tensors that `state.json` lists, in its order, little-endian. */
  readonly 'tensors.bin': Uint8Array;
}

/** {@link decodeTrainingState} gives the same state again. */
export function encodeTrainingState(state: TrainingState): CheckpointFiles {
  const { tensors, best, ...rest } = state;
  const all = [...tensors, ...(best?.weights ?? [])];
  return {
    'state.json': renderState({
      format: 'prep-lab checkpoint',
      version: stateVersion,
      ...rest,
      history: [...state.history],
      gradientNorms: [...state.gradientNorms],
      tensors: tensors.map(describeTensor),
      ...(best && { best: { epoch: best.epoch, weights: best.weights.map(describeTensor) } }),
    }),
    'tensors.bin': Buffer.concat(all.map(({ bytes }) => bytes)),
  };
}

function describeTensor({ name, dtype, shape }: StoredTensor): TensorDescription {
  return { name, dtype, shape: [...shape] };
}

/**
 * Reads what {@link encodeTrainingState} wrote. The tensors may be views of `tensors.bin`.
 * @throws UserError (cannot resume) naming what is wrong.
 */
export function decodeTrainingState(files: CheckpointFiles): TrainingState {
  const { format, version, tensors, best, ...state } = parseState(files['state.json']);
  const all = cutTensors([...tensors, ...(best?.weights ?? [])], files['tensors.bin']);
  return {
    ...state,
    tensors: all.slice(0, tensors.length),
    ...(best && { best: { epoch: best.epoch, weights: all.slice(tensors.length) } }),
  };
}

function parseState(text: string): z.output<typeof stateSchema> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw cannotResume('state.json is not JSON');
  }
  const version = (json as { version?: unknown } | null)?.version;
  if (typeof version === 'number' && version !== stateVersion) {
    const reason = `its format is version ${version}, and this prep-lab reads version ${stateVersion}`;
    throw cannotResume(reason);
  }
  const parsed = stateSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw cannotResume(`state.json has a wrong "${issue?.path.join('.')}" (${issue?.message})`);
}

/** Cuts the bytes of tensors that lie one after the other. */
function cutTensors(described: readonly TensorDescription[], bytes: Uint8Array): StoredTensor[] {
  const sizes = described.map(
    ({ shape }) => 4 * shape.reduce((product, size) => product * size, 1),
  );
  const expected = sizes.reduce((sum, size) => sum + size, 0);
  if (bytes.length !== expected) {
    const reason = `tensors.bin has ${bytes.length} bytes where state.json lists ${expected}`;
    throw cannotResume(reason);
  }
  const { buffer, byteOffset } = bytes.byteOffset % 4 === 0 ? bytes : Uint8Array.from(bytes);
  let end = byteOffset;
  return described.map((tensor, index) => {
    const size = sizes[index] as number;
    const start = end;
    end += size;
    return { ...tensor, bytes: new Uint8Array(buffer, start, size) };
  });
}
