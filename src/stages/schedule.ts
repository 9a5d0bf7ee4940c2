import { z } from 'zod';
import { type Tensor, type Tensor2D, type Tensor4D, tensorflow } from '../graph/tensorflow.js';
import { selectImages } from '../graph/transform-images.js';
import { UserError } from '../user-error.js';
import {
  type Draw,
  type DrawBatch,
  drawn,
  type RandomSource,
  type Stage,
  type StageDefinition,
  type StageOptionsSchema,
  type ValueRange,
} from './stage.js';

const share = z.number().min(0).max(1);

/**
 * When a training stage acts, and on how many images. Every training stage has these options beside its own; their ids let
 * the JSON Schema hold each once.
 */
export const scheduleOptions = {
  from: share
    .describe('Share of the training after which the stage begins to act. Default: 0.')
    .meta({ id: 'from' })
    .exactOptional(),
  until: share
    .describe('Share of the training after which it acts no more. Default: 1.')
    .meta({ id: 'until' })
    .exactOptional(),
  strength: z
    .union([
      share,
      z
        .array(z.tuple([share, share]))
        .min(2)
        .max(100)
        .refine((points) => points.every(([at], i) => i === 0 || at > (points[i - 1]?.[0] ?? 0)), {
          error: 'must rise in their first numbers',
        }),
    ])
    .describe(
      'The probability with which the stage acts on an image: a number, or points [share of the training, ' +
        'probability] with straight lines between them. Default: 1.',
    )
    .meta({ id: 'strength' })
    .exactOptional(),
};

const scheduleSchema = z.object(scheduleOptions);

type Schedule = z.output<typeof scheduleSchema>;

/** The stream and the draw that tell on which images a scheduled stage acts: 1 where it does. */
export const actsOn = 'schedule.actsOn';

/** Returns a stage's definition with the options of a schedule beside its own; an own option of such a name stays. */
export function withSchedule(definition: StageDefinition): StageDefinition {
  const { options } = definition;
  if (definition.schedule === 'none' || typeof options.safeExtend !== 'function') return definition;
  const added = Object.entries(scheduleOptions).filter(([key]) => !(key in options.shape));
  const extended = options.safeExtend(Object.fromEntries(added)) as unknown as StageOptionsSchema;
  return {
    ...definition,
    options: extended.meta(options.meta() ?? {}),
    create(given) {
      const schedule = added
        .map(([key]) => [key, given[key]])
        .filter(([, value]) => value !== undefined);
      const own = Object.entries(given).filter(([key]) => !added.some(([name]) => name === key));
      const stage = definition.create(Object.fromEntries(own) as typeof given);
      return schedule.length === 0 ? stage : scheduleStage(stage, Object.fromEntries(schedule));
    },
  };
}

/**
 * Returns a stage that acts on some images only: those for which a draw is below its strength, while its time is.
 * Formula: acts where from <= p < until and u < strength(p), p the share of the training that is done, u drawn from
 * [0, 1) for each image in each step. Where nothing trains there is no p: it acts as at its strongest.
 * @throws UserError if the stage is for test images too, or never acts.
 */
export function scheduleStage(stage: Stage, schedule: Schedule): Stage {
  requireSound(stage, schedule);
  // No library has a schedule.
  const { inPython: _, ...scheduled } = stage;
  const { geometry, applyToLabels } = stage;
  const select = <Values extends Tensor>(draw: Draw, changed: Values, given: Values): Values =>
    selectImages(drawn(draw, actsOn).greater(0), changed, given);
  return {
    ...scheduled,
    formula: [stage.formula, renderSchedule(schedule)].filter(Boolean).join('; '),
    gives: (range) => unite(range, stage.gives(range)),
    draw: (random, count, batch) => ({
      ...stage.draw?.(random, count, batch),
      [actsOn]: drawActs(schedule, { random, count, batch }),
    }),
    apply: (images, context) =>
      tensorflow().tidy(() => select<Tensor4D>(context.draw, stage.apply(images, context), images)),
    ...(applyToLabels && {
      applyToLabels: (labels, context) =>
        tensorflow().tidy(() =>
          select<Tensor2D>(context.draw, applyToLabels.call(stage, labels, context), labels),
        ),
    }),
    ...(geometry && {
      geometry: {
        ...geometry,
        transforms: (draw, shape) =>
          tensorflow().tidy(() => {
            const moved = geometry.transforms(draw, shape);
            return select(
              draw,
              moved,
              tensorflow()
                .tensor2d(still)
                .tile([moved.shape[0] ?? 1, 1]),
            );
          }),
      },
    }),
  };
}

/** The map that moves no pixel. */
const still = [[1, 0, 0, 0, 1, 0, 0, 0]];

function requireSound(stage: Stage, { from = 0, until = 1, strength }: Schedule): void {
  if (stage.when !== 'train') {
    throw new UserError(
      `Stage "${stage.name}" must have no "from", "until" or "strength": it applies to test images too.`,
      { hint: 'take them out; a schedule is for stages that augment training images.' },
    );
  }
  if (from >= until) {
    throw new UserError(
      `Stage "${stage.name}" must have a "from" below its "until", received ${from} and ${until}.`,
      { hint: '"from": 0, "until": 0.9 leaves out the last tenth of the training.' },
    );
  }
  if (strongest(strength) === 0) {
    throw new UserError(
      `Stage "${stage.name}" must have a strength above 0 somewhere, received 0.`,
      {
        hint: 'raise "strength", or leave the stage out.',
      },
    );
  }
}

function strongest(strength: Schedule['strength'] = 1): number {
  return typeof strength === 'number' ? strength : Math.max(...strength.map(([, value]) => value));
}

/** Tells in floats on which images the stage acts. Shape: [N]. */
function drawActs(
  { from, until, strength = 1 }: Schedule,
  { random, count, batch }: { random: RandomSource; count: number; batch: DrawBatch },
): Tensor {
  const tf = tensorflow();
  const { progress } = batch;
  return tf.tidy(() => {
    const probability =
      progress && typeof strength !== 'number'
        ? interpolate(strength, progress)
        : tf.scalar(strongest(strength));
    const acts =
      strength === 1
        ? tf.ones([count])
        : random
            .uniform(actsOn, { shape: [count], low: 0, high: 1 })
            .less(probability)
            .cast('float32');
    if (!progress) return acts;
    const begun = from === undefined ? [] : [progress.greaterEqual(from)];
    const unfinished = until === undefined ? [] : [progress.less(until)];
    return [...begun, ...unfinished].reduce<Tensor>(
      (all, one) => all.mul(one.cast('float32')),
      acts,
    );
  });
}

/** Formula: the first value, and of each line the part that has been walked; the ends last. */
function interpolate(
  points: readonly (readonly [at: number, value: number])[],
  progress: Tensor,
): Tensor {
  return points.slice(1).reduce<Tensor>(
    (sum, [at, value], index) => {
      const [before, from] = points[index] as readonly [number, number];
      const walked = progress
        .sub(before)
        .div(at - before)
        .clipByValue(0, 1);
      return sum.add(walked.mul(value - from));
    },
    tensorflow().scalar(points[0]?.[1] ?? 1),
  );
}

function unite([low, high]: ValueRange, [otherLow, otherHigh]: ValueRange): ValueRange {
  return [Math.min(low, otherLow), Math.max(high, otherHigh)];
}

function renderSchedule({ from = 0, until = 1, strength }: Schedule): string {
  const time = from > 0 || until < 1 ? [`from ${from} to ${until} of the training`] : [];
  const chances =
    typeof strength === 'number'
      ? [`on an image with a probability of ${strength}`]
      : strength && [
          `on an image with a probability of ${strength.map(([at, value]) => `${value} at ${at}`).join(', ')} of the training`,
        ];
  return `acts ${[...time, ...(chances ?? [])].join(', ')}`;
}
