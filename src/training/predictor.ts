import { allocateLabels, type ClassLabels } from '../datasets/labelled-images.js';
import { compileProgram } from '../graph/compile.js';
import { createEagerProgram } from '../graph/eager.js';
import { attribute, runKernel } from '../graph/native-backend.js';
import type { Step } from '../graph/program.js';
import { type Tensor, type Tensor4D, tensorflow } from '../graph/tensorflow.js';
import type { ImageShape } from '../stages/stage.js';
import { countImagesAStep } from './evaluation.js';
import type { Learner } from './learner.js';
import type { TrainingRecipe } from './recipe.js';
import type { Turns } from './turns.js';
import { averageViews, resolveViews, showViews } from './views.js';

/** Says which class a trained network gives images that are not on the engine. */
export interface Predictor {
  /**
   * Shape: uint8 [N, H, W, C] to N classes; nothing if it is told to stop.
   * @param images The whole set, or a part of it that begins and ends with a batch.
   */
  predict(images: Uint8Array, turns: Turns): Promise<ClassLabels | undefined>;
  /** Returns how many images have no more bytes than that and fill batches, at least one. */
  wholeBatches(bytes: number): number;
  dispose(): void;
}

export interface PredictorOptions {
  /** Keeps its weights as they are now. */
  readonly learner: Learner;
  /** By its views the images are seen. */
  readonly recipe: TrainingRecipe;
  readonly imageShape: ImageShape;
  readonly execution: 'graph' | 'eager';
  /** Images in a set, and so the sizes of batches. */
  readonly count: number;
}

/** Compiles the network with the learner's present weights; the learner goes on as it was. */
export function createPredictor(options: PredictorOptions): Predictor {
  const { learner, recipe, imageShape, execution, count } = options;
  const tf = tensorflow();
  const views = resolveViews(recipe.testViews);
  const imageBytes = imageShape.height * imageShape.width * imageShape.channels;
  const batch = countImagesAStep(imageBytes, views?.length ?? 1);
  const rest = count % batch;
  const sizes = [...(count >= batch ? [batch] : []), ...(rest > 0 ? [rest] : [])];
  const steps = Object.fromEntries(
    sizes.map((size) => [`predict${size}`, createStep(options, { size, views })]),
  );
  const state = [...learner.weights, learner.network.iteration];
  const program =
    execution === 'graph' ? compileProgram(steps, { state }) : createEagerProgram(steps);
  const values = learner.program.read(state);
  program.write(state.map((variable, index) => [variable, values[index] as Tensor]));
  tf.dispose(values);
  return {
    async predict(images, turns) {
      const shown = images.length / imageBytes;
      const predicted = allocateLabels(shown, learner.network.classCount);
      for (let done = 0; done < shown; done += batch) {
        if (done > 0 && (await turns.pass())) return undefined;
        const size = Math.min(batch, shown - done);
        const bytes = images.slice(done * imageBytes, (done + size) * imageBytes);
        const words = tf.tensor1d(toWords(bytes), 'int32');
        const outputs = program.run(`predict${size}`, [words]);
        predicted.set(outputs[0]?.dataSync() ?? [], done);
        tf.dispose([words, ...outputs]);
      }
      return predicted;
    },
    wholeBatches: (bytes) => batch * Math.max(1, Math.floor(bytes / imageBytes / batch)),
    dispose: () => program.dispose(),
  };
}

/** TensorFlow.js has no bytes: four of them go in as one int32, the last filled up. */
function toWords(bytes: Uint8Array): Int32Array {
  const words = new Int32Array(Math.ceil(bytes.length / 4));
  new Uint8Array(words.buffer).set(bytes);
  return words;
}

function createStep(
  { learner, imageShape }: PredictorOptions,
  { size, views }: { readonly size: number; readonly views: ReturnType<typeof resolveViews> },
): Step {
  const { network } = learner;
  const { height, width, channels } = imageShape;
  const length = size * height * width * channels;
  return {
    inputs: [{ shape: [Math.ceil(length / 4)], dtype: 'int32' }],
    compute(words) {
      const images = toImages(words as Tensor, [size, height, width, channels]);
      const logits = (shown: Tensor4D) => network.logits(network.preprocess(shown), 'evaluation');
      const judged = views
        ? averageViews(
            network.logits(showViews(network.preprocess(images), views), 'evaluation'),
            views,
          )
        : logits(images);
      return [judged.argMax(1)];
    },
  };
}

/** Shape: int32 words to float32 [N, H, W, C], 0..255. */
function toImages(words: Tensor, shape: [number, number, number, number]): Tensor4D {
  const length = shape.reduce((product, side) => product * side, 1);
  // Bytes of a word from the lowest on, as every processor that TensorFlow runs on keeps them.
  const bytes = runKernel({
    name: 'Bitcast',
    attributes: { T: attribute.type('int32'), type: attribute.type('uint8') },
    inputs: [words],
  });
  const values = runKernel({
    name: 'Cast',
    attributes: {
      SrcT: attribute.type('uint8'),
      DstT: attribute.type('float32'),
      Truncate: attribute.bool(false),
    },
    inputs: [bytes],
  });
  return values.reshape([-1]).slice(0, length).reshape(shape) as Tensor4D;
}
