import { z } from 'zod';
import type { DeepReadonly } from '../deep-readonly.js';
import { type Tensor2D, type Tensor4D, tensorflow } from '../graph/tensorflow.js';

/** Pixels: more than that is no longer the same image. */
const shift = z.int().min(-8).max(8);

const viewSchema = z.strictObject({
  mirror: z
    .boolean()
    .default(false)
    .describe('Whether left and right are swapped, after the shift.'),
  translate: z
    .tuple([shift, shift])
    .default([0, 0])
    .describe('Pixels that the image is moved, [down, right]; the border is reflected.'),
  weight: z.number().positive().max(1000).default(1).describe('Weight of its logits.'),
});

/** Test-time augmentation: a name for a usual one, or its views. */
export const testViewsSchema = z.union([
  z.enum(['none', 'mirror', 'mirror-translate']).meta({ examples: ['mirror-translate'] }),
  z.array(viewSchema).min(1).max(32),
]);

type TestViews = DeepReadonly<z.output<typeof testViewsSchema>>;

/** One way to look at a test image as it enters the network. */
export type View = DeepReadonly<z.output<typeof viewSchema>>;

/** Twice as much for the image in its place as for the two shifts together. Source: cifar10-airbench, `infer_mirror_translate`. */
const presets: Readonly<Record<'mirror' | 'mirror-translate', readonly View[]>> = {
  mirror: bothWays([0, 0], 1),
  'mirror-translate': [...bothWays([0, 0], 2), ...bothWays([1, 1], 1), ...bothWays([-1, -1], 1)],
};

function bothWays(translate: View['translate'], weight: number): View[] {
  return [
    { mirror: false, translate, weight },
    { mirror: true, translate, weight },
  ];
}

/** Returns the views that a recipe asks for, their weights shares of 1; nothing where images are judged as they are. */
export function resolveViews(given: TestViews | undefined): readonly View[] | undefined {
  if (given === undefined || given === 'none') return undefined;
  const views = typeof given === 'string' ? presets[given] : given;
  const sum = views.reduce((total, { weight }) => total + weight, 0);
  return views.map((view) => ({ ...view, weight: view.weight / sum }));
}

/**
 * Makes all views of some images, one view of all of them after the other.
 * Shape: float32 [N, H, W, C] to float32 [views N, H, W, C].
 */
export function showViews(images: Tensor4D, views: readonly View[]): Tensor4D {
  const tf = tensorflow();
  return tf.tidy(() => tf.concat(views.map((view) => showView(images, view))));
}

/** Moves, then mirrors. What comes in at the border is the image reflected, without its edge pixel, as torch does it. */
function showView(images: Tensor4D, { mirror, translate: [down, right] }: View): Tensor4D {
  const [rows, columns] = [Math.abs(down), Math.abs(right)];
  const border: [number, number][] = [
    [0, 0],
    [rows, rows],
    [columns, columns],
    [0, 0],
  ];
  const moved = tensorflow()
    .mirrorPad(images, border, 'reflect')
    .slice([0, rows - down, columns - right, 0], images.shape);
  return mirror ? moved.reverse(2) : moved;
}

/** Averages the logits of all views of each image by the views' weights. Shape: [views N, K] to [N, K]. */
export function averageViews(logits: Tensor2D, views: readonly View[]): Tensor2D {
  const tf = tensorflow();
  const [rows, classCount] = logits.shape;
  return tf.tidy(() => {
    const weights = tf.tensor3d(
      views.map(({ weight }) => weight),
      [views.length, 1, 1],
    );
    const perView = logits.reshape([views.length, rows / views.length, classCount]);
    return perView.mul(weights).sum<Tensor2D>(0);
  });
}
