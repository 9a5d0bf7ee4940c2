import { z } from 'zod';
import type { DeepReadonly } from '../deep-readonly.js';
import type { TrainingLength } from './training-length.js';

const factor = z.number().min(0).max(1000);
const share = z.number().min(0).max(1);
const epochs = z.number().positive().max(100_000);

const warmUp = z
  .strictObject({
    epochs: epochs.describe('How long it takes; the schedule itself begins after it.'),
    startFactor: factor.default(0).describe('What the learning rate is multiplied by at first.'),
  })
  .exactOptional()
  .describe('Lets the learning rate rise along a line to its full size first.');

const length = epochs
  .exactOptional()
  .describe('How long it takes; the end lasts. Default: from the warm-up to the last step.');

const finalFactor = factor
  .default(0)
  .describe('What the learning rate is multiplied by at the end.');

const constant = z
  .strictObject({ name: z.literal('constant'), warmUp })
  .describe('The same learning rate in all steps, after a warm-up.');

const piecewiseLinear = z
  .strictObject({
    name: z.literal('piecewise-linear'),
    points: z
      .array(z.tuple([share, factor]))
      .min(2)
      .max(100)
      .refine((points) => points.every(([at], i) => i === 0 || at > (points[i - 1]?.[0] ?? 0)), {
        error: 'must rise in their first numbers',
      })
      .refine((points) => points[0]?.[0] === 0 && points.at(-1)?.[0] === 1, {
        error: 'must begin with a share of 0 and end with one of 1',
      })
      .describe('Pairs of a share of the training, 0 to 1, and the factor there.'),
  })
  .describe('Straight lines between points, each moved down to a whole step.');

const cosine = z
  .strictObject({ name: z.literal('cosine'), finalFactor, epochs: length, warmUp })
  .describe('Half a cosine from 1 to the final factor.');

const oneCycle = z
  .strictObject({
    name: z.literal('one-cycle'),
    riseShare: z.number().gt(0).lt(1).default(0.3).describe('Share of the training that it rises.'),
    curve: z.enum(['cosine', 'linear']).default('cosine').describe('How it rises and falls.'),
    startDivisor: z
      .number()
      .min(1)
      .default(25)
      .describe('The learning rate begins at its size divided by this.'),
    finalDivisor: z
      .number()
      .min(1)
      .default(1e4)
      .describe('It ends at its beginning divided by this.'),
  })
  .describe("Up to the learning rate and far down again, as PyTorch's; momentum stays.");

const step = z
  .strictObject({
    name: z.literal('step'),
    everyEpochs: epochs.exactOptional().describe('Epochs from one reduction to the next.'),
    atEpochs: z
      .array(epochs)
      .min(1)
      .max(1000)
      .exactOptional()
      .describe('Epochs after which it is reduced, in place of everyEpochs.'),
    factor: factor.default(0.1).describe('What a reduction multiplies the learning rate by.'),
    warmUp,
  })
  .refine(({ everyEpochs, atEpochs }) => (everyEpochs === undefined) !== (atEpochs === undefined), {
    error: 'must have one of "everyEpochs" and "atEpochs"',
  })
  .describe('Reductions at certain epochs.');

const exponential = z
  .strictObject({
    name: z.literal('exponential'),
    factor: factor.default(0.95).describe('What an epoch multiplies the learning rate by.'),
    warmUp,
  })
  .describe('The same share less in each step.');

const polynomial = z
  .strictObject({
    name: z.literal('polynomial'),
    power: z.number().positive().max(100).default(1).describe('1 is a line.'),
    finalFactor,
    epochs: length,
    warmUp,
  })
  .describe('A power of the share that is left.');

/** How the learning rate changes from step to step. */
export const scheduleSchema = z.discriminatedUnion('name', [
  constant,
  piecewiseLinear,
  cosine,
  oneCycle,
  step,
  exponential,
  polynomial,
]);

export type Schedule = DeepReadonly<z.output<typeof scheduleSchema>>;

/** Returns the schedule for a training of `share` times as many epochs: the same curve, longer or shorter. */
export function scaleTimes<Kind extends Schedule>(schedule: Kind, share: number): Kind {
  const { warmUp, epochs: duration, everyEpochs, atEpochs } = timesOf(schedule);
  return {
    ...schedule,
    ...(warmUp && { warmUp: { ...warmUp, epochs: warmUp.epochs * share } }),
    ...(duration !== undefined && { epochs: duration * share }),
    ...(everyEpochs !== undefined && { everyEpochs: everyEpochs * share }),
    ...(atEpochs && { atEpochs: atEpochs.map((at) => at * share) }),
    ...(schedule.name === 'exponential' && { factor: schedule.factor ** (1 / share) }),
  };
}

/** What a schedule has of times in epochs; other times are shares of the training. */
export interface ScheduleTimes {
  readonly warmUp?: { readonly epochs: number };
  readonly epochs?: number;
  readonly everyEpochs?: number;
  readonly atEpochs?: readonly number[];
}

export function timesOf(schedule: Schedule): ScheduleTimes {
  return schedule as ScheduleTimes;
}

/** What the learning rate is multiplied by. @param step counted from 0. */
type Factor = (step: number) => number;

/**
 * Returns what the learning rate is multiplied by in each step of a training. Range: step 0 to totalSteps - 1.
 * Source: torch.optim.lr_scheduler 2.13, stepped once a training step; other than CosineAnnealingLR, "cosine" stays at
 * its end.
 */
export function computeFactors(schedule: Schedule, training: TrainingLength): Float32Array {
  const factorAt = createFactor(schedule, training);
  return Float32Array.from({ length: training.totalSteps }, (_, at) => factorAt(at));
}

/** Returns what {@link computeFactors} lists, in double precision. */
export function createFactor(schedule: Schedule, training: TrainingLength): Factor {
  const { stepsPerEpoch, totalSteps } = training;
  const rise = 'warmUp' in schedule ? schedule.warmUp : undefined;
  if (!rise) return createShape(schedule, training);
  const riseSteps = Math.round(rise.epochs * stepsPerEpoch);
  const after = createShape(schedule, {
    ...training,
    totalSteps: Math.max(1, totalSteps - riseSteps),
  });
  return (at) =>
    at < riseSteps ? interpolate(rise.startFactor, 1, at / riseSteps) : after(at - riseSteps);
}

function createShape(schedule: Schedule, { stepsPerEpoch, totalSteps }: TrainingLength): Factor {
  /** The share that is done of a schedule that ends with the training, or after its own epochs. */
  const shareAt = (at: number, epochCount = totalSteps / stepsPerEpoch): number =>
    Math.min(1, at / (epochCount * stepsPerEpoch));
  switch (schedule.name) {
    case 'constant':
      return () => 1;
    case 'piecewise-linear':
      return createPiecewise(schedule.points, totalSteps);
    case 'cosine':
      return (at) => anneal(1, schedule.finalFactor, shareAt(at, schedule.epochs));
    case 'one-cycle':
      return createOneCycle(schedule, totalSteps);
    case 'step': {
      const { everyEpochs, atEpochs, factor: reduction } = schedule;
      const count = (at: number): number =>
        everyEpochs === undefined
          ? (atEpochs ?? []).filter((epoch) => at >= epoch * stepsPerEpoch).length
          : Math.floor(at / (everyEpochs * stepsPerEpoch));
      return (at) => reduction ** count(at);
    }
    case 'exponential':
      return (at) => schedule.factor ** (at / stepsPerEpoch);
    case 'polynomial':
      return (at) =>
        interpolate(schedule.finalFactor, 1, (1 - shareAt(at, schedule.epochs)) ** schedule.power);
  }
}

/** Source: airbench's get_lr and its triangle: a point at share x lies on step int(x * steps). */
function createPiecewise(points: readonly (readonly [number, number])[], steps: number): Factor {
  const placed = points.map(([at, value]) => [Math.floor(at * steps), value] as const);
  return (at) => {
    const index = Math.max(
      0,
      placed.findLastIndex(([start]) => start <= at),
    );
    const [start, from] = placed[index] ?? [0, 1];
    const [end, to] = placed[index + 1] ?? [start, from];
    return end > start ? interpolate(from, to, (at - start) / (end - start)) : from;
  };
}

/** Source: torch.optim.lr_scheduler.OneCycleLR: the top lies at riseShare * steps - 1, which may be between two steps. */
function createOneCycle(
  { riseShare, curve, startDivisor, finalDivisor }: z.output<typeof oneCycle>,
  steps: number,
): Factor {
  const [top, last] = [riseShare * steps - 1, steps - 1];
  const [start, end] = [1 / startDivisor, 1 / (startDivisor * finalDivisor)];
  const go = curve === 'cosine' ? anneal : interpolate;
  return (at) =>
    at <= top ? go(start, 1, at / top) : go(1, end, last > top ? (at - top) / (last - top) : 1);
}

function interpolate(from: number, to: number, share: number): number {
  return from + (to - from) * share;
}

function anneal(from: number, to: number, share: number): number {
  return to + ((from - to) * (1 + Math.cos(Math.PI * share))) / 2;
}
