import { z } from 'zod';
import type { CallbacksState } from '../callbacks.js';
import { type EpochRecord, epochRecordSchema } from '../epoch-record.js';
import type { StoredTensor } from './stored-tensor.js';

/** All that a training needs to go on, in this process or another, as if it had never stopped. */
export interface TrainingState {
  /** Epochs done: the present one, counted from 0. The number of epochs once all are done. */
  readonly epoch: number;
  /** Steps done of the present epoch; 0 before it has begun. All of them if only the judging is left. */
  readonly step: number;
  /** Seconds that those steps took. */
  readonly seconds: number;
  readonly callbacks: CallbacksState;
  readonly history: readonly EpochRecord[];
  /** Mean gradient norm of each epoch; empty where it is not measured. */
  readonly gradientNorms: readonly number[];
  /** The learner's state, by name: weights, moments, counters, order, sums, the batch prepared ahead. */
  readonly tensors: readonly StoredTensor[];
  /** The weights that EarlyStopping will restore. `epoch` is counted from 1. */
  readonly best?: { readonly epoch: number; readonly weights: readonly StoredTensor[] };
}

/** Tells whether a training measures its gradient: one that goes on from there must do the same. */
export function measuresGradient({ tensors }: TrainingState): boolean {
  return tensors.some(({ name }) => name.startsWith('gradientNorm/'));
}

/** JSON has no numbers that are not finite: they are written as texts. */
const spelt = { NaN: Number.NaN, Infinity: Number.POSITIVE_INFINITY, '-Infinity': -Infinity };

/**
 * A number that may be anything: a validation loss, what a callback compares it with. With its type, as declaration files
 * cannot hold what TypeScript would make of "-Infinity".
 */
const anyNumber: z.ZodType<number, number | keyof typeof spelt> = z.union([
  z.number(),
  z.enum(['NaN', 'Infinity', '-Infinity']).transform((text) => spelt[text]),
]);
const count = z.int().min(0);

const callbacks: z.ZodType<CallbacksState> = z.strictObject({
  earlyStopping: z.strictObject({
    wait: count,
    best: anyNumber.exactOptional(),
    bestEpoch: count.exactOptional(),
    stop: z.boolean(),
  }),
  plateau: z.strictObject({
    wait: count,
    cooldownLeft: count,
    best: anyNumber.exactOptional(),
    learningRate: z.number(),
  }),
});

const epochRecord = z.strictObject({
  ...epochRecordSchema.shape,
  validationLoss: anyNumber.exactOptional(),
});

/** The epochs that a training has behind it. */
export const historySchema = z.array(epochRecord);

/** A tensor of `tensors.bin`, where they lie one after the other. */
const tensor = z.strictObject({
  name: z.string(),
  dtype: z.enum(['float32', 'int32']),
  shape: z.array(count),
});

export type TensorDescription = z.output<typeof tensor>;

/** Changes when a reader of the older form would misread `state.json` or `tensors.bin`. */
export const stateVersion = 1;

/** What `state.json` holds. */
export const stateSchema = z.strictObject({
  format: z.literal('prep-lab checkpoint'),
  version: z.literal(stateVersion),
  epoch: count,
  step: count,
  seconds: z.number().min(0),
  callbacks,
  history: historySchema,
  gradientNorms: z.array(z.number()),
  tensors: z.array(tensor),
  best: z.strictObject({ epoch: z.int().min(1), weights: z.array(tensor) }).exactOptional(),
});

/** Renders a state, or its history, as JSON, numbers that are not finite as texts. */
export function renderState(
  state: z.input<typeof stateSchema> | z.input<typeof historySchema>,
): string {
  const spell = (_: string, value: unknown): unknown =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
  return `${JSON.stringify(state, spell, 2)}\n`;
}
