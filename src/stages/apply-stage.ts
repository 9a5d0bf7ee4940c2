import { startEngine } from '../engine/start.js';
import { isTensorFlowLoaded, type Tensor4D, tensorflow } from '../engine/tensorflow.js';
import { silentProgress } from '../progress.js';
import { createDraw, type GivenDraw } from './given-draw.js';
import type { Fitted, Stage } from './stage.js';

/** Images [N, H, W, C]: a tensor, nested arrays, or flat values with their shape. */
export type Images =
  | Tensor4D
  | readonly (readonly (readonly (readonly number[])[])[])[]
  | {
      readonly shape: readonly [count: number, height: number, width: number, channels: number];
      readonly values: Float32Array | Uint8Array | readonly number[];
    };

/**
 * Applies one stage to images, as in training, and returns a new tensor: read it with `array()` or `dataSync()`.
 * The engine starts with the first call; start it before to choose its device or to see its set-up.
 * A draw that is not given comes from seed 0. A stage that learns (such as "zscore") learns from these images, unless
 * `fitted` has what {@link fitStage} learned from others.
 * @throws UserError if the draw's names or lengths do not fit.
 */
export async function applyStage(
  stage: Stage,
  images: Images,
  draw: GivenDraw = { seed: 0 },
  fitted?: Fitted,
): Promise<Tensor4D> {
  await requireEngine();
  const known = fitted ?? (await fitStage(stage, images));
  return tensorflow().tidy(() => {
    const tensor = toTensor(images);
    return stage.apply(tensor, { draw: createDraw(stage, tensor.shape[0], draw), fitted: known });
  });
}

/** Learns a stage's statistics from images; empty where the stage has nothing to learn. */
export async function fitStage(stage: Stage, images: Images): Promise<Fitted> {
  if (!stage.fit) return {};
  await requireEngine();
  const tensor = tensorflow().tidy(() => toTensor(images));
  const [count, height, width, channels] = tensor.shape;
  const values = await tensor.data<'float32'>();
  tensor.dispose();
  return stage.fit({ shape: { height, width, channels }, count, batches: () => [values] });
}

async function requireEngine(): Promise<void> {
  if (isTensorFlowLoaded()) return;
  await startEngine({ device: 'auto', progress: silentProgress });
}

function toTensor(images: Images): Tensor4D {
  const tf = tensorflow();
  if (isTensor(images)) return images.toFloat();
  if ('shape' in images) {
    return tf.tensor4d(Float32Array.from(images.values), [...images.shape]);
  }
  return tf.tensor4d(images as number[][][][], undefined, 'float32');
}

function isTensor(images: Images): images is Tensor4D {
  return images instanceof tensorflow().Tensor;
}
