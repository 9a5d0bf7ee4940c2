import { z } from 'zod';
import type { Tensor, Variable } from '../../graph/tensorflow.js';
import type { Parameter } from '../parameter.js';

/** Updates weights from gradients, on the engine. */
export interface Optimizer {
  /** What it keeps between steps; part of the program's state and of a checkpoint. */
  readonly state: readonly Variable[];
  /** Assigns new values to the weights. Traceable. Gradients: one a weight, in their order. */
  apply(gradients: readonly Tensor[]): void;
}

interface OptimizerContext {
  readonly weights: readonly Variable[];
  /** Int32 scalar: steps done before this one. */
  readonly iteration: Variable;
  /** The present step's learning rate: float32 scalar. Traceable. */
  learningRate(): Tensor;
}

type OptimizerSchema = z.ZodObject<
  { name: z.ZodLiteral<string>; learningRate: z.ZodType<number> } & z.ZodRawShape
>;

/** One way to update weights: a file here and an entry in the list. */
export interface OptimizerDefinition<Schema extends OptimizerSchema = OptimizerSchema> {
  readonly options: Schema;
  /** Tells which weights it is made for; the others go to the optimiser in its option `others`. Left out: all. */
  takes?(parameter: Parameter): boolean;
  create(options: z.output<Schema>, context: OptimizerContext): Optimizer;
}

/** Declares an optimiser; its name is the literal in its options. */
export function defineOptimizer<Schema extends OptimizerSchema>(
  definition: OptimizerDefinition<Schema>,
): OptimizerDefinition<Schema> {
  return definition;
}

/** Range of a learning rate. */
export const learningRateSchema = z.number().positive().max(1000);

/** Range of a weight decay: airbench's are above 1, beside learning rates of 0.001. */
export const weightDecaySchema = z.number().min(0).max(1000);
