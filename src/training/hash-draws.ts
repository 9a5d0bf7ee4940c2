import { createHash } from 'node:crypto';
import { compileProgram } from '../graph/compile.js';
import { createEagerProgram } from '../graph/eager.js';
import type { Step } from '../graph/program.js';
import { createRandomSource } from '../graph/random.js';
import { type Tensor, tensorflow } from '../graph/tensorflow.js';
import { augmentationStream, type Pipeline } from '../stages/pipeline.js';
import { type ImageShape, placeTwice } from '../stages/stage.js';
import { shuffledOrder } from './data-order.js';
import type { TrainingRecipe } from './recipe.js';
import { countStepsOf, measureLength } from './training-length.js';

export interface HashedTraining {
  readonly pipeline: Pipeline;
  readonly recipe: Pick<TrainingRecipe, 'epochs' | 'batchSize' | 'dropLast' | 'jensenShannon'>;
  readonly seed: number;
  /** Training images an epoch. */
  readonly imageCount: number;
  readonly execution: 'graph' | 'eager';
}

/**
 * Returns the SHA-256, in hex, of all that the stages draw in the first epoch of a training; nothing where none draws. Two
 * trainings that share it see the same augmentation.
 */
export function hashFirstDraws(training: HashedTraining): string | undefined {
  const { pipeline, recipe, seed, imageCount, execution } = training;
  if (!pipeline.stages.some(({ draw }) => draw)) return undefined;
  const tf = tensorflow();
  const length = measureLength(recipe, imageCount);
  const order = shuffledOrder(imageCount, { seed, epoch: 0 });
  const batches = Array.from({ length: countStepsOf(0, length) }, (_, step) =>
    order.subarray(step * recipe.batchSize, (step + 1) * recipe.batchSize),
  );
  const sizes = [...new Set(batches.map((batch) => batch.length))];
  const steps = Object.fromEntries(
    sizes.map((size) => [`draw${size}`, createStep(training, size, length.totalSteps)]),
  );
  const program =
    execution === 'graph' ? compileProgram(steps, { state: [] }) : createEagerProgram(steps);
  const hash = createHash('sha256');
  for (const [step, batch] of batches.entries()) {
    const inputs = [tf.scalar(step, 'int32'), tf.tensor1d(batch, 'int32')];
    const outputs = program.run(`draw${batch.length}`, inputs);
    for (const output of outputs) hash.update(output.dataSync<'float32'>());
    tf.dispose([inputs, outputs]);
  }
  program.dispose();
  return hash.digest('hex');
}

/** Draws for the batch of a step, in one list. */
function createStep(
  { pipeline, seed, recipe }: HashedTraining,
  size: number,
  totalSteps: number,
): Step {
  const tf = tensorflow();
  return {
    inputs: [
      { shape: [], dtype: 'int32' },
      { shape: [size], dtype: 'int32' },
    ],
    compute(...[step, indices]) {
      if (!step || !indices) throw new Error('A step of draws takes its number and its images.');
      const batch = {
        indices,
        epoch: tf.scalar(0, 'int32'),
        progress: step.cast('float32').div<Tensor>(totalSteps),
      };
      const drawn = pipeline.stages.flatMap((stage, index) => {
        const random = createRandomSource({ seed, stream: augmentationStream(index), step });
        const shape = pipeline.inputShapes[index] as ImageShape;
        const isTwice = stage.makesVersions && recipe.jensenShannon !== undefined;
        const [count, place] = isTwice ? [2 * size, placeTwice(batch)] : [size, batch];
        return Object.values(stage.draw?.(random, count, { ...place, shape }) ?? {});
      });
      const flat = drawn.map((tensor) => tensor.cast('float32').reshape([-1]));
      // A stage may draw nothing after all.
      return [flat.length > 0 ? tf.concat(flat) : tf.zeros([1])];
    },
  };
}
