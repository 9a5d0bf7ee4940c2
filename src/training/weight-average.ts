import { z } from 'zod';
import type { Program, Step } from '../graph/program.js';
import { type Tensor, tensorflow, type Variable } from '../graph/tensorflow.js';
import { createVariable } from '../graph/variable.js';
import type { TrainingLength } from './training-length.js';

const everySteps = z.int().min(1).max(1_000_000);

const lookahead = z
  .strictObject({
    name: z.literal('lookahead'),
    everySteps: everySteps
      .default(5)
      .describe('Steps from one update of the average to the next; the weights then jump to it.'),
    decay: z
      .number()
      .min(0)
      .max(1)
      .default(0.7737809375)
      .describe(
        'Share of the old average that an update keeps, at the end; the default is 0.95^5.',
      ),
    decayPower: z
      .number()
      .min(0)
      .max(100)
      .default(3)
      .describe(
        'The decay grows with this power of the share of the training that is done; 0: not.',
      ),
  })
  .describe('Weights that go back to their moving average again and again, and end there.');

const ema = z
  .strictObject({
    name: z.literal('ema'),
    decay: z
      .number()
      .min(0)
      .lt(1)
      .default(0.999)
      .describe('Share of the old average that an update keeps.'),
    everySteps: everySteps.default(1).describe('Steps from one update to the next.'),
  })
  .describe('A moving average beside the weights, which is judged and kept in their place.');

const swa = z
  .strictObject({
    name: z.literal('swa'),
    startShare: z
      .number()
      .min(0)
      .lt(1)
      .default(0.75)
      .describe('Share of the training after which averaging begins.'),
    everyEpochs: z
      .number()
      .positive()
      .max(100_000)
      .default(1)
      .describe('Epochs from one update to the next.'),
  })
  .describe('The plain mean of the weights at the ends of late epochs, judged and kept.');

/** The `average` part of a recipe. */
export const weightAverageSchema = z.discriminatedUnion('name', [lookahead, ema, swa]);

export type WeightAverageOptions = z.output<typeof weightAverageSchema>;

/** When an average takes in the weights, and how much of itself it keeps then. Steps are counted from 1. */
interface Plan {
  isDue(step: number): boolean;
  readonly firstStep: number;
  /** Of an update that is due. Range: 0 (the weights replace the average) to 1. */
  decayAt(step: number): number;
  /** Whether the weights jump to the average with each update. Else they go on by themselves, and the average is judged. */
  readonly jumps: boolean;
}

/** A moving average of all weights, those of batch normalisation's statistics included. */
export interface WeightAverage {
  readonly name: WeightAverageOptions['name'];
  readonly steps: Readonly<Record<string, Step>>;
  readonly state: readonly Variable[];
  /** To be called after each step of training. @param step steps of training done. */
  update(program: Program, step: number): void;
  /** Tells whether anything was averaged by a step. */
  hasBegun(step: number): boolean;
  /** Tells whether after this step the average is what is judged, in place of the weights. */
  isJudged(step: number): boolean;
  /** Runs something with the average in the weights' place, where it is the average that is judged. */
  withJudged<T>(program: Program, step: number, run: () => Promise<T>): Promise<T>;
  /** Puts the average in the weights' place for good, if it has begun. Doing it twice changes nothing. */
  adopt(program: Program, step: number): void;
}

/**
 * Creates a moving average. Its updates are steps of the program of their own, so that a step of training without one
 * costs nothing more.
 * Formula: average += (1 - decay) * (weight - average).
 * Source: lookahead: airbench94.py's LookaheadState, decay 0.95^5 * (step / steps)^3 (Zhang et al. 2019 have decay 0.5,
 * decayPower 0); ema: Keras' use_ema, which begins with the initial weights; swa: torch's AveragedModel, except that
 * batch normalisation's statistics are averaged too, and not measured anew.
 */
export function createWeightAverage(
  options: WeightAverageOptions,
  { weights, length }: { readonly weights: readonly Variable[]; readonly length: TrainingLength },
): WeightAverage {
  const plan = createPlan(options, length);
  const averages = weights.map((weight) => createVariable(weight.clone()));
  const hasBegun = (step: number): boolean => step >= plan.firstStep;
  const isJudged = (step: number): boolean => !plan.jumps && hasBegun(step);
  const run = (program: Program, step: string): void => tensorflow().dispose(program.run(step));
  return {
    name: options.name,
    steps: createSteps(weights, averages, plan),
    state: averages,
    update(program, step) {
      if (!plan.isDue(step)) return;
      const decay = tensorflow().scalar(plan.decayAt(step));
      tensorflow().dispose([decay, ...program.run('averageWeights', [decay])]);
    },
    hasBegun,
    isJudged,
    async withJudged(program, step, judge) {
      if (!isJudged(step)) return judge();
      run(program, 'swapAverage');
      try {
        return await judge();
      } finally {
        run(program, 'swapAverage');
      }
    },
    adopt(program, step) {
      if (hasBegun(step)) run(program, 'adoptAverage');
    },
  };
}

function createPlan(
  options: WeightAverageOptions,
  { stepsPerEpoch, totalSteps }: TrainingLength,
): Plan {
  switch (options.name) {
    case 'lookahead':
      return {
        isDue: (step) => step % options.everySteps === 0,
        firstStep: options.everySteps,
        decayAt: (step) => options.decay * (step / totalSteps) ** options.decayPower,
        jumps: true,
      };
    case 'ema':
      return {
        isDue: (step) => step % options.everySteps === 0,
        firstStep: options.everySteps,
        decayAt: () => options.decay,
        jumps: false,
      };
    case 'swa': {
      const start = Math.round(options.startShare * totalSteps);
      const every = Math.max(1, Math.round(options.everyEpochs * stepsPerEpoch));
      // The last step counts too: without it a partial epoch would be trained for nothing.
      const isDue = (step: number): boolean =>
        step > start && (step % every === 0 || step === totalSteps);
      const countBefore = (step: number): number =>
        Math.floor((step - 1) / every) - Math.floor(start / every);
      return {
        isDue,
        firstStep: Math.min(totalSteps, (Math.floor(start / every) + 1) * every),
        decayAt: (step) => countBefore(step) / (countBefore(step) + 1),
        jumps: false,
      };
    }
  }
}

function createSteps(
  weights: readonly Variable[],
  averages: readonly Variable[],
  { jumps }: Plan,
): Record<string, Step> {
  const tf = tensorflow();
  const averageWeights: Step = {
    inputs: [{ shape: [], dtype: 'float32' }],
    compute(decay) {
      const taken = tf.sub(1, decay as Tensor);
      weights.forEach((weight, index) => {
        const average = averages[index] as Variable;
        average.assign(average.add(weight.sub(average).mul(taken)));
        if (jumps) weight.assign(average.clone());
      });
      return [];
    },
  };
  const adoptAverage: Step = {
    compute() {
      weights.forEach((weight, index) => {
        weight.assign((averages[index] as Variable).clone());
      });
      return [];
    },
  };
  const swapAverage: Step = {
    compute() {
      weights.forEach((weight, index) => {
        const average = averages[index] as Variable;
        const before = weight.clone();
        weight.assign(average.clone());
        average.assign(before);
      });
      return [];
    },
  };
  return { averageWeights, adoptAverage, ...(!jumps && { swapAverage }) };
}
