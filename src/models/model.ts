import type { z } from 'zod';
import type { LayersModel } from '../graph/tensorflow.js';
import type { Fitted, ImageShape, TrainingImages } from '../stages/stage.js';

/** The zod object of a model's options: strict, with the literal `name`. */
export type ModelOptionsSchema = z.ZodObject<{ name: z.ZodLiteral<string> } & z.ZodRawShape>;

/** What a model is built for. */
export interface ModelInput {
  /** The images that the pipeline gives. */
  readonly image: ImageShape;
  readonly classCount: number;
}

/** A weight that is trained, and how a recipe may speak of it. */
export interface TrainedWeight {
  /** Its layer's name: given by the model, else counted from 1 in each kind, such as "conv2d_1". */
  readonly layer: string;
  /** The kind of the layer in kebab-case, such as "batch-normalization". */
  readonly kind: string;
  /** The kind of the weight: "kernel", "bias", "gamma", "beta", ... */
  readonly part: string;
}

/** Returns the trained weights of a layer. @param layer Its kind and name: "conv2d/conv2d_1". */
export function nameWeights(layer: string, parts: readonly string[]): TrainedWeight[] {
  const [kind = '', name = ''] = layer.split('/');
  return parts.map((part) => ({ layer: name, kind, part }));
}

/** What a model does beside being built. */
export interface ModelBehaviour<Options> {
  /**
   * Checks that the model can be built for its input. Runs before training and without TensorFlow.
   * @throws UserError that names the place in the file, such as `model.layers[3]`, what it needs and what it received.
   */
  check?(options: Options, input: ModelInput): void;
  /**
   * Lists the weights that are trained, of a model that was checked, without TensorFlow. Without this, groups of weights that
   * match none are found when the model is built.
   */
  listTrained?(options: Options, input: ModelInput): readonly TrainedWeight[];
  /**
   * Learns from the training images as they leave the stages, before the model is created. Plain JSON, the same for every
   * seed. Accumulates in float64.
   */
  fit?(options: Options, images: TrainingImages): Fitted;
  /** The model in a few words, for tables; without, its name and the options that differ from their defaults. */
  summarise?(options: Options): string;
  /**
   * Builds an uncompiled model that ends in a softmax over the classes, so that any TensorFlow.js program can
   * summarise, save and load it. Initial weights are set later, from the trial's seed.
   * @param fitted What `fit` returned; left out where only the layers and their shapes are asked for.
   */
  create(options: Options, input: ModelInput, fitted?: Fitted): LayersModel;
}

export interface ModelDefinition<Schema extends ModelOptionsSchema = ModelOptionsSchema>
  extends ModelBehaviour<z.output<Schema>> {
  /** Tells a model from a stage among the exports of a plug-in. */
  readonly kind: 'model';
  /** The name in experiment files. */
  readonly name: string;
  readonly options: Schema;
  /** What the options may list, such as kinds of layers, each with options of its own: for `list`. */
  readonly parts?: readonly ModelPart[];
}

/** One of several things that a model's options may list. */
export interface ModelPart {
  readonly type: string;
  readonly options: z.ZodObject;
}

/** Declares a model; its name is the literal in its options. */
export function defineModel<Schema extends ModelOptionsSchema>(
  definition: ModelBehaviour<z.output<Schema>> & {
    readonly options: Schema;
    readonly parts?: readonly ModelPart[];
  },
): ModelDefinition<Schema> {
  return { ...definition, kind: 'model', name: definition.options.shape.name.value };
}
