import type { z } from 'zod';
import type { LayersModel } from '../engine/tensorflow.js';
import type { ImageShape } from '../stages/stage.js';

/** The zod object of a model's options: strict, with the literal `name`. */
export type ModelOptionsSchema = z.ZodObject<{ name: z.ZodLiteral<string> } & z.ZodRawShape>;

/** What a model is built for. */
export interface ModelInput {
  /** The images that the pipeline gives. */
  readonly image: ImageShape;
  readonly classCount: number;
}

export interface ModelDefinition<Schema extends ModelOptionsSchema = ModelOptionsSchema> {
  /** Tells a model from a stage among the exports of a plug-in. */
  readonly kind: 'model';
  /** The name in experiment files. */
  readonly name: string;
  readonly options: Schema;
  /**
   * Builds an uncompiled model that ends in a softmax over the classes, so that any TensorFlow.js program can
   * summarise, save and load it. Initial weights are set later, from the trial's seed.
   */
  create(options: z.output<Schema>, input: ModelInput): LayersModel;
}

/** Declares a model; its name is the literal in its options. */
export function defineModel<Schema extends ModelOptionsSchema>(definition: {
  readonly options: Schema;
  create(options: z.output<Schema>, input: ModelInput): LayersModel;
}): ModelDefinition<Schema> {
  return { ...definition, kind: 'model', name: definition.options.shape.name.value };
}
