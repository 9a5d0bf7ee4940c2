let loaded = false;

/**
 * Loads prep-lab's own kernels into this process: from then on TensorFlow has the ops PrepLab..., eagerly and in every
 * graph. Call it after TensorFlow is loaded.
 */
export function loadOwnKernels(path: string): void {
  process.dlopen({ exports: {} }, path);
  loaded = true;
}

/** Tells whether this process has the ops PrepLab...; where not, what they do must be composed of TensorFlow's. */
export function hasOwnKernels(): boolean {
  return loaded;
}
