import Module, { createRequire } from 'node:module';
import type * as tfjs from '@tensorflow/tfjs-node-gpu';

export type TensorFlow = typeof tfjs;
export type {
  LayersModel,
  Scalar,
  SymbolicTensor,
  Tensor,
  Tensor1D,
  Tensor2D,
  Tensor3D,
  Tensor4D,
  Variable,
} from '@tensorflow/tfjs-node-gpu';

const require = createRequire(import.meta.url);
let loaded: TensorFlow | undefined;

/** Tells whether {@link loadAddon} has run in this process. */
export function isTensorFlowLoaded(): boolean {
  return loaded !== undefined;
}

/**
 * Returns TensorFlow.js on its native backend. Modules call it inside their functions, so that importing them costs
 * nothing where no tensor is made (help, validate).
 * @throws Error (a bug) if the engine was not loaded first.
 */
export function tensorflow(): TensorFlow {
  if (!loaded) throw new Error('tensorflow() was called before loadAddon().');
  return loaded;
}

/** Node's loader of CommonJS modules, which has no public hook before Node 22.15. */
interface CommonJsLoader {
  _load(request: string, ...others: unknown[]): unknown;
}

/**
 * Loads `@tensorflow/tfjs-node-gpu` with a compiled addon that lies outside of node_modules, once a process.
 * Source: the package asks `@mapbox/node-pre-gyp` where its addon is. The answer comes from here, so that one addon in the
 * cache folder serves every checkout, nothing is written into node_modules, and that package need not be installed.
 */
export function loadAddon(addonPath: string): TensorFlow {
  if (loaded) return loaded;
  restoreRemovedNodeFunctions();
  const loader = Module as unknown as CommonJsLoader;
  const load = loader._load;
  loader._load = (request, ...others) =>
    request === '@mapbox/node-pre-gyp'
      ? { find: () => addonPath }
      : load.call(loader, request, ...others);
  try {
    loaded = require('@tensorflow/tfjs-node-gpu') as TensorFlow;
  } finally {
    loader._load = load;
  }
  return loaded;
}

/** tfjs-node 4.22 still calls what Node 22 warns of and Node 23 removed. */
function restoreRemovedNodeFunctions(): void {
  const util = require('node:util') as Record<string, unknown>;
  util.isNullOrUndefined = (value: unknown) => value === null || value === undefined;
  util.isArray = Array.isArray;
}
