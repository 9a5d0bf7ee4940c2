import { type Tensor, type Tensor2D, type Tensor4D, tensorflow } from '../graph/tensorflow.js';
import { selectImages, transformImages } from '../graph/transform-images.js';
import type {
  Draw,
  DrawBatch,
  Fitted,
  ImageShape,
  RandomSource,
  Stage,
  TrainingImages,
} from './stage.js';
import type { StageGroup } from './stage-groups.js';

/** Names draws of nested stages by the stage's place: "0/angleDegrees". */
function nestedName(place: number, name: string): string {
  return `${place}/${name}`;
}

/** Draws for each stage, anew for each image, as if it stood alone. */
export function drawNested(
  stages: readonly Stage[],
  random: RandomSource,
  { count, batch }: { readonly count: number; readonly batch: DrawBatch },
): Draw {
  const entries = stages.flatMap((stage, place) => {
    const source: RandomSource = {
      uniform: (name, options) => random.uniform(nestedName(place, name), options),
      uniformByIndex: (name, options) => random.uniformByIndex(nestedName(place, name), options),
      normal: (name, options) => random.normal(nestedName(place, name), options),
    };
    const draws = Object.entries(stage.draw?.(source, count, batch) ?? {});
    return draws.map(([name, tensor]) => [nestedName(place, name), tensor] as const);
  });
  return Object.fromEntries<Tensor>(entries);
}

/** What each stage that learns learned from the images as they come to all of them. */
export function fitNested(stages: readonly Stage[], images: TrainingImages): Fitted {
  const entries = stages.flatMap((stage, place) =>
    Object.entries(stage.fit?.(images) ?? {}).map(
      ([name, numbers]) => [nestedName(place, name), numbers] as const,
    ),
  );
  return Object.fromEntries(entries);
}

/** Returns what belongs to one stage, under its own names. */
export function partOf<Value>(
  all: Readonly<Record<string, Value>>,
  place: number,
): Readonly<Record<string, Value>> {
  const start = nestedName(place, '');
  const entries = Object.entries(all).filter(([name]) => name.startsWith(start));
  return Object.fromEntries<Value>(
    entries.map(([name, value]) => [name.slice(start.length), value]),
  );
}

/** Which images each stage changes, and what it has for that. */
export interface Choice<Batch extends Tensor> {
  readonly draw: Draw;
  readonly fitted: Fitted;
  readonly flags: readonly Tensor[];
  /** What every stage is given; left out where each is given what those before it made. */
  readonly given: Batch | undefined;
}

/** Applies a group of stages to the images whose flags are set. With one resampling, each image must have one stage of it at most. */
export function applyGroup(
  images: Tensor4D,
  group: StageGroup,
  { draw, fitted, flags, given }: Choice<Tensor4D>,
): Tensor4D {
  const [, height, width, channels] = images.shape;
  const { members, sampling } = group;
  if (sampling && members.length > 1) {
    // Each image has one of these maps, or none.
    const unchanged = tensorflow().tensor1d([1, 0, 0, 0, 1, 0, 0, 0]);
    const chosen = members.reduce((rows: Tensor | undefined, { stage, index }) => {
      const own = stage.geometry?.transforms(partOf(draw, index), { height, width, channels });
      if (!own) throw new Error(`Stage "${stage.name}" has no geometry.`);
      const others = rows ?? unchanged.broadcastTo(own.shape);
      return selectImages(flags[index] as Tensor, own, others);
    }, undefined);
    return transformImages(images, chosen as Tensor, sampling);
  }
  return members.reduce((now, { stage, index }) => {
    const changed = stage.apply(given ?? now, {
      draw: partOf(draw, index),
      fitted: partOf(fitted, index),
    });
    return selectImages(flags[index] as Tensor, changed, now);
  }, images);
}

/** Mixes the labels of those images that a stage mixes. */
export function mixLabels(
  labels: Tensor2D,
  members: StageGroup['members'],
  {
    draw,
    fitted,
    flags,
    given,
    imageShape,
  }: Choice<Tensor2D> & { readonly imageShape: ImageShape },
): Tensor2D {
  return members.reduce((now, { stage, index }) => {
    const own = { draw: partOf(draw, index), fitted: partOf(fitted, index), imageShape };
    const mixed = stage.applyToLabels?.(given ?? now, own);
    return mixed ? selectImages(flags[index] as Tensor, mixed, now) : now;
  }, labels);
}
