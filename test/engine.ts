import { findEngine } from '../src/engine/install/engine.js';
import { startEngine } from '../src/engine/start.js';
import { type TensorFlow, tensorflow } from '../src/graph/tensorflow.js';
import { silentProgress } from '../src/progress.js';

/** Loads the installed engine on the CPU. Tests never fetch one. */
export async function loadTestEngine(): Promise<TensorFlow> {
  if (!(await findEngine('cpu'))) throw new Error('No engine: run "npx prep-lab setup" first.');
  await startEngine({ device: 'cpu', progress: silentProgress });
  return tensorflow();
}
