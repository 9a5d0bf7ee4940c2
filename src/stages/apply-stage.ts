import { createRandomSource } from '../engine/random.js';
import { type Tensor, type Tensor4D, tensorflow } from '../engine/tensorflow.js';
import { UserError } from '../user-error.js';
import type { Draw, Fitted, Stage } from './stage.js';

/** Float32 images [N, H, W, C]: a tensor, nested arrays, or flat values (pixel by pixel) with their shape. */
export type Images =
  | Tensor4D
  | readonly (readonly (readonly (readonly number[])[])[])[]
  | {
      readonly shape: readonly [count: number, height: number, width: number, channels: number];
      readonly values: Float32Array | Uint8Array | readonly number[];
    };

/** A stage's random choices, one number an image under each name of the stage's draws; or a seed to draw them from. */
export type GivenDraw = Readonly<Record<string, readonly number[]>> | { readonly seed: number };

/**
 * Applies one stage to images and returns a new tensor, as in training.
 * A draw that is not given comes from seed 0. A stage that learns (such as "zscore") learns from these images, unless
 * `fitted` has what {@link fitStage} learned from others.
 * @throws UserError if the draw's names or lengths do not fit.
 */
export function applyStage(
  stage: Stage,
  images: Images,
  draw: GivenDraw = { seed: 0 },
  fitted?: Fitted,
): Tensor4D {
  return tensorflow().tidy(() => {
    const tensor = toTensor(images);
    return stage.apply(tensor, {
      draw: isSeed(draw) ? drawFromSeed(stage, tensor, draw.seed) : toDraw(stage, tensor, draw),
      fitted: fitted ?? fitStage(stage, tensor),
    });
  });
}

/** Learns a stage's statistics from images; empty where the stage has nothing to learn. */
export function fitStage(stage: Stage, images: Images): Fitted {
  if (!stage.fit) return {};
  const tensor = tensorflow().tidy(() => toTensor(images));
  const [count, height, width, channels] = tensor.shape;
  const values = tensor.dataSync<'float32'>();
  tensor.dispose();
  return stage.fit({ shape: { height, width, channels }, count, batches: () => [values] });
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

function isSeed(draw: GivenDraw): draw is { readonly seed: number } {
  return typeof draw.seed === 'number';
}

function drawFromSeed(stage: Stage, images: Tensor4D, seed: number): Draw {
  if (!stage.draw) return {};
  const step = tensorflow().scalar(0, 'int32');
  const random = createRandomSource({ seed, stream: `apply/${stage.name}`, step });
  return stage.draw(random, images.shape[0]);
}

function toDraw(
  stage: Stage,
  images: Tensor4D,
  given: Readonly<Record<string, readonly number[]>>,
): Draw {
  const names = Object.keys(drawFromSeed(stage, images, 0));
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new UserError(
      `Stage "${stage.name}" draws ${quoteNames(names)}, received a draw "${unknown}".`,
      { hint: 'give one list of numbers for each name, or { seed: 1 }.' },
    );
  }
  const toEntry = (name: string) => [name, toDrawTensor(name, given[name], images.shape[0])];
  return Object.fromEntries(names.map(toEntry));
}

function toDrawTensor(name: string, numbers: readonly number[] | undefined, count: number): Tensor {
  if (numbers?.length === count) return tensorflow().tensor1d([...numbers]);
  throw new UserError(
    `Draw "${name}" must have ${count} numbers, one an image, received ${numbers?.length ?? 0}.`,
    { hint: `give "${name}" as a list of ${count} numbers.` },
  );
}

function quoteNames(names: readonly string[]): string {
  return names.length === 0 ? 'nothing' : names.map((name) => `"${name}"`).join(', ');
}
