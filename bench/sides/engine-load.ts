import { startEngine } from '#prep-lab/engine/start.js';
import { tensorflow } from '#prep-lab/graph/tensorflow.js';
import { silentProgress } from '#prep-lab/progress.js';
import { printAnswer, readRequest, secondsSinceStart } from './answer.js';

/** Loads the engine, does one operation and prints how long that took from the start of the process. */
const { device, threads } = readRequest<{ device: 'cpu' | 'gpu'; threads: number }>();
const engine = await startEngine({ device, threads, progress: silentProgress });
const result = tensorflow().add(1, 1).dataSync()[0];
if (result !== 2) throw new Error(`1 + 1 is not ${result}.`);
printAnswer({
  seconds: [secondsSinceStart()],
  versions: { TensorFlow: engine.tensorflowVersion },
});
