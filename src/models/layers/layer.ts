import { z } from 'zod';
import type { SymbolicTensor } from '../../graph/tensorflow.js';
import type { Fitted, TrainingImages } from '../../stages/stage.js';
import type { TrainedWeight } from '../model.js';

/** What a layer receives or gives, without the batch: [H, W, C] for images, [N] for flat numbers. */
export type Shape = readonly number[];

/** A layer as experiment files write it, with all defaults filled in. */
export interface LayerOptions {
  readonly type: string;
  readonly name?: string;
  readonly [option: string]: unknown;
}

/** Thrown by a layer that cannot take what comes to it; whoever knows its place makes a sentence of it. */
export class LayerRefusal extends Error {
  readonly hint: string;

  /** @param needs what it needs instead, as in "a flat input". */
  constructor(needs: string, hint: string) {
    super(needs);
    this.name = 'LayerRefusal';
    this.hint = hint;
  }
}

/** The lists of layers within a layer, by the option that holds each. */
export interface Branches {
  outputShape(option: string, shape: Shape): Shape;
  apply(option: string, x: SymbolicTensor): SymbolicTensor;
}

export interface LayerContext {
  /** The kind of layer and its own name, "conv2d/first": its variables' names begin with it. */
  readonly name: string;
  readonly branches: Branches;
  /** What `fit` returned; left out where only shapes are asked for. */
  readonly fitted?: Fitted | undefined;
}

/** A layer's place, as far as it is known without TensorFlow. */
interface LayerPlace {
  /** As in {@link LayerContext}. */
  readonly name: string;
  /** What it receives. */
  readonly shape: Shape;
  readonly branches: Pick<Branches, 'outputShape'>;
}

export interface LayerBehaviour<Options> {
  /** Options that hold lists of layers. */
  readonly branches?: readonly string[];
  /**
   * Returns the shape that the layer gives for the one that it receives. Without TensorFlow.
   * @throws LayerRefusal if it cannot take that shape.
   */
  outputShape(options: Options, shape: Shape, branches: Pick<Branches, 'outputShape'>): Shape;
  /** Lists the weights that are trained, but for those of the layers within it. */
  listTrained?(options: Options, place: LayerPlace): TrainedWeight[];
  /** Learns from the images that enter the model; only its first layer can. */
  fit?(options: Options, images: TrainingImages): Fitted;
  /** Adds the layer to a model that is being built. */
  apply(options: Options, x: SymbolicTensor, context: LayerContext): SymbolicTensor;
}

/** The zod object of a layer's options: strict, with the literal `type`. */
export type LayerOptionsSchema = z.ZodObject<{ type: z.ZodLiteral<string> } & z.ZodRawShape>;

export interface LayerDefinition<Schema extends LayerOptionsSchema = LayerOptionsSchema>
  extends LayerBehaviour<z.output<Schema>> {
  /** The kind in experiment files, such as "conv2d". */
  readonly type: string;
  readonly options: Schema;
}

/** Declares a kind of layer; its type is the literal in its options. */
export function defineLayer<Schema extends LayerOptionsSchema>(
  definition: LayerBehaviour<z.output<Schema>> & { readonly options: Schema },
): LayerDefinition<Schema> {
  return { ...definition, type: definition.options.shape.type.value };
}

/** The option of every layer. Names that prep-lab gives have an underscore, so that none is taken. */
export const layerName = z
  .string()
  .max(60)
  .regex(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/, {
    error: 'must be made of small letters and digits, with single hyphens between words',
  })
  .exactOptional()
  .describe('Names the layer and its weights; different in each layer.');

/** @throws LayerRefusal unless the shape is that of images. */
export function requireImages(shape: Shape): readonly [number, number, number] {
  const [height, width, channels] = shape;
  if (height !== undefined && width !== undefined && channels !== undefined) {
    return [height, width, channels];
  }
  throw new LayerRefusal(
    'images (height x width x channels)',
    'put it before the layer that makes the images flat.',
  );
}

/** Renders a shape as in "32 x 32 x 3" or "64 flat numbers". */
export function renderShape(shape: Shape): string {
  const [first = 0] = shape;
  return shape.length === 1 ? `${first} flat number${first === 1 ? '' : 's'}` : shape.join(' x ');
}
