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

/**
 * Loads `@tensorflow/tfjs-node-gpu` with a compiled addon that lies outside of node_modules, once a process.
 * Source: the package looks for its addon through `@mapbox/node-pre-gyp`'s `find`; a stand-in answers here, so
 * that one addon in the cache folder serves every checkout and nothing is written into node_modules.
 */
export function loadAddon(addonPath: string): TensorFlow {
  if (loaded) return loaded;
  restoreRemovedNodeFunctions();
  const requireFromPackage = createRequire(require.resolve('@tensorflow/tfjs-node-gpu'));
  const finder = requireFromPackage.resolve('@mapbox/node-pre-gyp');
  const stand = new Module(finder);
  Object.assign(stand, { loaded: true, exports: { find: () => addonPath } });
  require.cache[finder] = stand;
  try {
    loaded = require('@tensorflow/tfjs-node-gpu') as TensorFlow;
  } finally {
    delete require.cache[finder];
  }
  return loaded;
}

/** tfjs-node 4.22 still calls what Node 22 warns of and Node 23 removed. */
function restoreRemovedNodeFunctions(): void {
  const util = require('node:util') as Record<string, unknown>;
  util.isNullOrUndefined = (value: unknown) => value === null || value === undefined;
  util.isArray = Array.isArray;
}
