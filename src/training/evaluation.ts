import type { ClassLabels } from '../datasets/labelled-images.js';
import type { Program, Step } from '../graph/program.js';
import { type Tensor2D, type Tensor4D, tensorflow, type Variable } from '../graph/tensorflow.js';
import { createVariable } from '../graph/variable.js';
import type { ImageTable } from './image-table.js';
import { crossEntropy } from './loss.js';
import { createRunningSums, type Metrics } from './running-sums.js';
import type { Turns } from './turns.js';

export interface EvaluationOptions {
  /** Tells the steps of several evaluations in one program apart. */
  readonly name: string;
  readonly table: ImageTable;
  readonly labelSmoothing: number;
  /** Passes of the model for each image: so many fewer images are in a step. */
  readonly passes?: number;
  /** The stages that apply to test images too. */
  preprocess(images: Tensor4D): Tensor4D;
  logits(images: Tensor4D): Tensor2D;
}

export interface EvaluationResult extends Metrics {
  /** The class with the highest logit, image by image. */
  readonly predicted: ClassLabels;
  /** The probability that the model gives that class, image by image. */
  readonly confidence: Float32Array;
}

/** Judging a model on a set of images. */
export interface Evaluation {
  readonly steps: Readonly<Record<string, Step>>;
  readonly state: readonly Variable[];
  run(program: Program): EvaluationResult;
  /** As `run`, with a pause after each step but the last; it may be given up there. */
  inSteps(program: Program): Generator<undefined, EvaluationResult, undefined>;
}

/** Passes of the model a step: enough to hide the cost of a step, few enough for the cache; the result does not depend on it. */
const passesAStep = 500;

/** Of large images fewer: 64 MB as float32. */
const valuesAStep = 2 ** 24;

/** Returns how many images, each of so many values, a network judges in one step. */
export function countImagesAStep(imageSize: number, passes: number): number {
  const most = Math.min(passesAStep, Math.floor(valuesAStep / imageSize));
  return Math.max(1, Math.ceil(most / passes));
}

export function createEvaluation(options: EvaluationOptions): Evaluation {
  const tf = tensorflow();
  const sums = createRunningSums();
  const position = createVariable(tf.scalar(0, 'int32'));
  const { count, isWide } = options.table;
  const schedule = batchSizes(options).map((size) => ({
    size,
    name: `${options.name}${size}`,
  }));
  function* inSteps(program: Program): Generator<undefined, EvaluationResult, undefined> {
    sums.reset(program);
    tf.tidy(() => program.write([[position, tf.scalar(0, 'int32')]]));
    const predicted = isWide ? new Uint16Array(count) : new Uint8Array(count);
    const confidence = new Float32Array(count);
    let done = 0;
    for (const { name, size } of schedule) {
      if (done > 0) yield;
      const outputs = program.run(name);
      predicted.set(outputs[0]?.dataSync() ?? [], done);
      confidence.set(outputs[1]?.dataSync() ?? [], done);
      tf.dispose(outputs);
      done += size;
    }
    return { ...sums.read(program), predicted, confidence };
  }
  return {
    state: [...sums.state, position],
    steps: Object.fromEntries(
      schedule.map(({ size, name }) => [name, createStep(options, { size, position, sums })]),
    ),
    inSteps,
    run(program) {
      const steps = inSteps(program);
      for (;;) {
        const { done, value } = steps.next();
        if (done) return value;
      }
    },
  };
}

/** Evaluates without blocking the process for long. Returns nothing if it is told to stop. */
export async function evaluateInTurns(
  evaluation: Evaluation,
  { program, turns }: { readonly program: Program; readonly turns: Turns },
): Promise<EvaluationResult | undefined> {
  const steps = evaluation.inSteps(program);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    if (await turns.pass()) return undefined;
  }
}

function batchSizes({ table: { count, imageSize }, passes = 1 }: EvaluationOptions): number[] {
  const batchSize = countImagesAStep(imageSize, passes);
  const rest = count % batchSize;
  return [
    ...Array<number>(Math.floor(count / batchSize)).fill(batchSize),
    ...(rest > 0 ? [rest] : []),
  ];
}

function createStep(
  options: EvaluationOptions,
  batch: { size: number; position: Variable; sums: ReturnType<typeof createRunningSums> },
): Step {
  const tf = tensorflow();
  return {
    compute() {
      const indices = tf.range(0, batch.size, 1, 'int32').add(batch.position).as1D();
      batch.position.assign(batch.position.add(tf.scalar(batch.size, 'int32')));
      const { images, labels } = options.table.gather(indices);
      const logits = options.logits(options.preprocess(images));
      const losses = crossEntropy(logits, labels, options.labelSmoothing);
      batch.sums.add({ losses, logits, labels });
      return [logits.argMax(1), logits.softmax().max(1)];
    },
  };
}
