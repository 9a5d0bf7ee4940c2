import { compileProgram } from '../../graph/compile.js';
import { createRandomSource } from '../../graph/random.js';
import { type Tensor, type Tensor4D, tensorflow } from '../../graph/tensorflow.js';
import { type Fitted, firstImages } from '../../stages/stage.js';
import type { InspectedStage } from '../inspection/inspect-pipeline.js';

/** Long enough for a median over dozens of runs of a cheap stage. */
const measuredMilliseconds = 60;
const mostRuns = 200;
const leastRuns = 5;

/**
 * Measures what a stage costs in a graph, draws included: the median of its runs less that of a step that does nothing
 * with the images. In microseconds for one image.
 */
export function measureStageCost(
  { stage, inputShape }: InspectedStage,
  fitted: Fitted,
  batchSize: number,
): number {
  const tf = tensorflow();
  const { height, width, channels } = inputShape;
  const shape = [batchSize, height, width, channels];
  const inputs = [
    { shape, dtype: 'float32' },
    { shape: [], dtype: 'int32' },
  ] as const;
  // One number in place of all: copying them out of the graph would count as well.
  const firstNumber = (images: Tensor) => [images.slice([0, 0, 0, 0], [1, 1, 1, 1])];
  const apply = (images: Tensor, step: Tensor): Tensor[] => {
    const random = createRandomSource({ seed: 0, stream: 'cost', step });
    const batch = { ...firstImages(batchSize), epoch: step, shape: inputShape };
    const draw = stage.draw?.(random, batchSize, batch) ?? {};
    return firstNumber(stage.apply(images as Tensor4D, { draw, fitted }));
  };
  const steps = { apply: { inputs, compute: apply }, nothing: { inputs, compute: firstNumber } };
  const program = compileProgram(steps, { state: [] });
  const given = [tf.fill(shape, 0.5), tf.scalar(1, 'int32')];
  const measure = (name: keyof typeof steps) =>
    medianMilliseconds(() => {
      const outputs = program.run(name, given);
      for (const output of outputs) output.dataSync();
      tf.dispose(outputs);
    });
  try {
    return (Math.max(0, measure('apply') - measure('nothing')) * 1000) / batchSize;
  } finally {
    program.dispose();
    tf.dispose(given);
  }
}

/** Returns the median time of a run; the first ones warm up. */
function medianMilliseconds(run: () => void): number {
  run();
  run();
  const times: number[] = [];
  const started = performance.now();
  while (
    times.length < leastRuns ||
    (times.length < mostRuns && performance.now() - started < measuredMilliseconds)
  ) {
    const before = performance.now();
    run();
    times.push(performance.now() - before);
  }
  times.sort((a, b) => a - b);
  return times[Math.floor(times.length / 2)] ?? 0;
}
