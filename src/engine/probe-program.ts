import { gelu } from '../graph/differentiable/gelu.js';
import { tensorflow } from '../graph/tensorflow.js';
import { silentProgress } from '../progress.js';
import { UserError } from '../user-error.js';
import type { DeviceRequest } from './device.js';
import { findEngine } from './install/engine.js';
import type { ProbeAnswer } from './probe.js';
import { startEngine } from './start.js';

/** Run as a process of its own by {@link probeEngine}: loads the installed engine, computes, and answers in JSON. */
async function answer(device: DeviceRequest): Promise<ProbeAnswer> {
  try {
    if (!(await findEngine(device))) return { problem: 'The engine is not installed.' };
    const engine = await startEngine({ device, progress: silentProgress });
    const tf = tensorflow();
    // Rows of ones: every element of the product is 64, and there are 64 x 64 of them.
    const ones = tf.ones([64, 64]);
    const sum = tf.matMul(ones, ones).sum().arraySync();
    if (sum !== 64 ** 3) return { problem: `A product of matrices came out as ${sum}.` };
    // Through prep-lab's own kernel, where it is loaded.
    const [activated = Number.NaN] = gelu(tf.tensor1d([1])).dataSync();
    const isRight = Math.abs(activated - 0.8413447) < 1e-6;
    return isRight ? { engine } : { problem: `The GELU of 1 came out as ${activated}.` };
  } catch (error) {
    if (error instanceof UserError) return { problem: error.message };
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

process.stdout.write(`${JSON.stringify(await answer(process.argv[2] as DeviceRequest))}\n`);
