import { compileProgram } from '../graph/compile.js';
import { type FrozenGraph, freeze } from '../graph/frozen-graph.js';
import type { Step } from '../graph/program.js';
import {
  type LayersModel,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
  tensorflow,
  type Variable,
} from '../graph/tensorflow.js';
import type { Pipeline } from '../stages/pipeline.js';
import type { Fitted, ImageShape } from '../stages/stage.js';
import type { Learner } from '../training/learner.js';
import type { TrainingRecipe } from '../training/recipe.js';
import { averageViews, resolveViews, showViews, type View } from '../training/views.js';

/** A trained network as an export needs it: what judges test images, as ops and as parts. */
export interface TrainedNetwork {
  /** Of the images that enter the first stage. */
  readonly imageShape: ImageShape;
  readonly classNames: readonly string[];
  readonly pipeline: Pipeline;
  /** What each stage learned. */
  readonly fitted: readonly Fitted[];
  readonly model: LayersModel;
  /** The model's weights in its order, its moving averages included. */
  readonly weights: readonly Tensor[];
  /** The ways in which each image is judged; left out where it is judged as it is. */
  readonly views: readonly View[] | undefined;
  /** Bytes to probabilities, as one graph. */
  freeze(): FrozenGraph;
  /** Judges images as prep-lab does. Shape: uint8 [count, H, W, C] to float32 [count, K]. */
  judge(images: Uint8Array, count: number): Float32Array;
  dispose(): void;
}

export interface TrainedNetworkParts {
  /** Has the trained weights, and computes in float32. */
  readonly learner: Learner;
  readonly pipeline: Pipeline;
  readonly fitted: readonly Fitted[];
  readonly recipe: TrainingRecipe;
  readonly imageShape: ImageShape;
  readonly classNames: readonly string[];
}

/** Images in a step of {@link TrainedNetwork.judge}. */
const batchSize = 500;

/** Puts a trained network's parts together. The learner stays its owner's. */
export function createTrainedNetwork(parts: TrainedNetworkParts): TrainedNetwork {
  const { learner, recipe, imageShape, ...rest } = parts;
  const { network, program } = learner;
  const views = resolveViews(recipe.testViews);
  const compute = (images: Tensor) => judgeBatch(images as Tensor4D, { network, views });
  const variables = [...learner.weights, network.iteration];
  const values = program.read(variables);
  const state = new Map(variables.map((variable, index) => [variable, values[index] as Tensor]));
  const { height, width, channels } = imageShape;
  return {
    ...rest,
    imageShape,
    model: network.model,
    weights: values.slice(0, -1),
    views,
    freeze() {
      const graph = freeze(compute, {
        imageShape: [height, width, channels],
        state,
        inputName: 'images',
        outputName: 'probabilities',
      });
      return { ...graph, output: { ...graph.output, shape: [-1, rest.classNames.length] } };
    },
    judge: (images, count) => judgeAll({ images, count }, { compute, state, imageShape }),
    dispose: () => tensorflow().dispose(values),
  };
}

function judgeBatch(
  images: Tensor4D,
  { network, views }: Pick<Learner, 'network'> & Pick<TrainedNetwork, 'views'>,
): Tensor2D {
  const logits = (shown: Tensor4D) => network.logits(shown, 'evaluation');
  const ready = network.preprocess(images);
  const judged = views ? averageViews(logits(showViews(ready, views)), views) : logits(ready);
  return judged.softmax();
}

function judgeAll(
  { images, count }: { readonly images: Uint8Array; readonly count: number },
  options: {
    readonly compute: (images: Tensor) => Tensor;
    readonly state: ReadonlyMap<Variable, Tensor>;
    readonly imageShape: ImageShape;
  },
): Float32Array {
  const tf = tensorflow();
  const { height, width, channels } = options.imageShape;
  const shapeOf = (size: number) => [size, height, width, channels];
  const sizes = new Set([Math.min(batchSize, count), count % batchSize || batchSize]);
  const steps = Object.fromEntries(
    [...sizes].map((size): [string, Step] => [
      `judge${size}`,
      {
        inputs: [{ shape: shapeOf(size), dtype: 'float32' }],
        compute: (batch) => [options.compute(batch as Tensor)],
      },
    ]),
  );
  const program = compileProgram(steps, { state: [...options.state.keys()] });
  try {
    program.write([...options.state]);
    return inBatches({ images, count }, height * width * channels, (bytes, size) => {
      const input = tf.tensor(Float32Array.from(bytes), shapeOf(size));
      const outputs = program.run(`judge${size}`, [input]);
      const probabilities = outputs[0]?.dataSync() as Float32Array;
      tf.dispose([input, ...outputs]);
      return probabilities;
    });
  } finally {
    program.dispose();
  }
}

/** Judges images by a model that another program would load. @param predict Shape: int32 [N, H, W, C] to [N, K]. */
export function judgeBy(
  predict: (images: Tensor4D) => Tensor,
  { height, width, channels }: ImageShape,
): TrainedNetwork['judge'] {
  const tf = tensorflow();
  return (images, count) =>
    inBatches({ images, count }, height * width * channels, (bytes, size) => {
      const input = tf.tensor4d(bytes, [size, height, width, channels], 'int32');
      try {
        const output = predict(input);
        const probabilities = output.dataSync() as Float32Array;
        output.dispose();
        return probabilities;
      } finally {
        input.dispose();
      }
    });
}

/** Judges images batch by batch and puts the answers together. */
function inBatches(
  { images, count }: { readonly images: Uint8Array; readonly count: number },
  imageBytes: number,
  judge: (bytes: Uint8Array, size: number) => Float32Array,
): Float32Array {
  const answers: Float32Array[] = [];
  for (let done = 0; done < count; done += batchSize) {
    const size = Math.min(batchSize, count - done);
    const bytes = images.subarray(done * imageBytes, (done + size) * imageBytes);
    answers.push(judge(bytes, size));
  }
  const values = new Float32Array(answers.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const answer of answers) {
    values.set(answer, at);
    at += answer.length;
  }
  return values;
}
