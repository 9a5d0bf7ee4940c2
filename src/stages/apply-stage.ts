import { startEngine } from '../engine/start.js';
import { createRandomSource } from '../graph/random.js';
import { isTensorFlowLoaded, type Tensor, type Tensor4D, tensorflow } from '../graph/tensorflow.js';
import { silentProgress } from '../progress.js';
import { UserError } from '../user-error.js';
import { type Draw, type Fitted, firstImages, type Stage } from './stage.js';

/**
 * A stage's random choices: under each name of its draws one number an image (where a stage draws more, all of an image
 * before those of the next); or a seed to draw them from, for the first
 * images of a training set in an epoch counted from 0, the first unless it is given.
 */
export type GivenDraw =
  | Readonly<Record<string, readonly number[]>>
  | { readonly seed: number; readonly epoch?: number };

/**
 * Makes the tensors of a draw for these images.
 * @throws UserError if the draw's names or lengths are not those that the stage draws.
 */
function createDraw(stage: Stage, images: Tensor4D, given: GivenDraw): Draw {
  if (isSeed(given)) return drawFromSeed(stage, images, given);
  const wanted = drawFromSeed(stage, images, { seed: 0 });
  const unknown = Object.keys(given).find((name) => !(name in wanted));
  if (unknown !== undefined) throw unknownDraw(stage, unknown, Object.keys(wanted));
  const entries = Object.entries(wanted).map(([name, { shape, size }]) => {
    const numbers = given[name] ?? [];
    if (numbers.length !== size) throw wrongLength(name, size, numbers.length);
    return [name, tensorflow().tensor([...numbers], shape)] as const;
  });
  return Object.fromEntries<Tensor>(entries);
}

function isSeed(given: GivenDraw): given is { readonly seed: number; readonly epoch?: number } {
  return typeof given.seed === 'number';
}

function drawFromSeed(
  stage: Stage,
  images: Tensor4D,
  { seed, epoch }: { readonly seed: number; readonly epoch?: number },
): Draw {
  if (!stage.draw) return {};
  const step = tensorflow().scalar(0, 'int32');
  const random = createRandomSource({ seed, stream: `apply/${stage.name}`, step });
  const [count, height, width, channels] = images.shape;
  const shape = { height, width, channels };
  return stage.draw(random, count, { ...firstImages(count, epoch), shape });
}

function unknownDraw(stage: Stage, name: string, known: readonly string[]): UserError {
  const names = known.map((one) => `"${one}"`).join(', ') || 'nothing';
  return new UserError(`Stage "${stage.name}" draws ${names}, received a draw "${name}".`, {
    hint: 'Give a list of numbers for each name that the stage draws, or a seed: { seed: 1 }.',
  });
}

function wrongLength(name: string, expected: number, received: number): UserError {
  return new UserError(`Draw "${name}" must have ${expected} numbers, received ${received}.`, {
    hint: 'Give as many numbers as the stage draws: mostly one an image.',
  });
}

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
    return stage.apply(tensor, { draw: createDraw(stage, tensor, draw), fitted: known });
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
