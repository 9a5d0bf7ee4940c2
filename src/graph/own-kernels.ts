import type { NativeTensor } from './native-backend.js';

/** What prep-lab's own addon exports. */
interface OwnAddon {
  /** Tells the outputs of a node of a serialised GraphDef. @throws Error with TensorFlow's reason */
  inferOutputs(graph: Uint8Array, node: string): InferredOutput[];
  /** Whether the processor multiplies tiles of bfloat16 (AMX), and this process may use them. */
  readonly hasTiles: boolean;
  /** Whether the processor has vectors of 16 numbers (AVX-512). */
  readonly hasWideVectors: boolean;
}

/** What an op would give; its shape is null where only a run can tell. */
export type InferredOutput = Pick<NativeTensor, 'dtype'> & {
  readonly shape: readonly number[] | null;
};

let loaded: OwnAddon | undefined;
let areUsed = false;
let isSetAside = false;

/**
 * Loads prep-lab's own addon into this process. From then on TensorFlow has the ops PrepLab..., eagerly and in every
 * graph. Call it after TensorFlow is loaded.
 * @param use Whether they are to be used: only the CPU has kernels for them.
 */
export function loadOwnAddon(path: string, use: boolean): void {
  const module = { exports: {} as OwnAddon };
  process.dlopen(module, path);
  loaded = module.exports;
  areUsed = use;
}

/** Tells whether the ops PrepLab... are to be used; where not, what they do must be composed of TensorFlow's. */
export function hasOwnKernels(): boolean {
  return loaded !== undefined && areUsed && !isSetAside;
}

/** Tells whether those among them that multiply tiles of bfloat16 are to be used. */
export function hasTileKernels(): boolean {
  return hasOwnKernels() && loaded?.hasTiles === true;
}

/** Tells whether those among them that pay with vectors of 16 numbers only are to be used. */
export function hasWideKernels(): boolean {
  return hasOwnKernels() && loaded?.hasWideVectors === true;
}

/** Runs a part in which {@link hasOwnKernels} says no: for graphs that must run where only TensorFlow's ops are. */
export function withoutOwnKernels<T>(part: () => T): T {
  isSetAside = true;
  try {
    return part();
  } finally {
    isSetAside = false;
  }
}

/** Returns the addon; nothing where it could not be compiled or does not fit the engine. */
export function ownAddon(): OwnAddon | undefined {
  return loaded;
}
