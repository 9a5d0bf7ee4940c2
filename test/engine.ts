import { loadAddon, type TensorFlow } from '../src/engine/tensorflow.js';

/** Loads the engine for tests. */
export function loadTestEngine(): TensorFlow {
  const addon = process.env.PREP_LAB_ADDON;
  if (!addon) throw new Error('No engine: run "npx prep-lab setup" first.');
  return loadAddon(addon);
}
