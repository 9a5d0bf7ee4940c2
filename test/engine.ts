import { findEngine } from '../src/engine/install/engine.js';
import { startEngine } from '../src/engine/start.js';
import { type TensorFlow, tensorflow } from '../src/graph/tensorflow.js';
import { silentProgress } from '../src/progress.js';

const device = process.env.PREP_LAB_TEST_DEVICE === 'gpu' ? 'gpu' : 'cpu';

/** Loads the installed engine, on the CPU unless `PREP_LAB_TEST_DEVICE=gpu` is set. Tests never fetch one. */
export async function loadTestEngine(): Promise<TensorFlow> {
  if (!(await findEngine(device))) throw new Error('No engine: run "npx prep-lab setup" first.');
  await startEngine({ device, progress: silentProgress });
  return tensorflow();
}
