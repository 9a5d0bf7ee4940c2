import type { LayersModel } from '../graph/tensorflow.js';
import { models } from '../models/list.js';
import type { ModelDefinition, ModelInput, TrainedWeight } from '../models/model.js';
import { scheduledStages } from '../stages/list.js';
import {
  createFrom,
  type Fitted,
  type Stage,
  type StageDefinition,
  type TrainingImages,
} from '../stages/stage.js';
import type { NamedOptions } from './experiment.js';
import type { LauncherDefinition } from './plugins/define-launcher.js';

/** The stages and models that experiments may name. */
export interface Catalogue {
  readonly stages: readonly StageDefinition[];
  readonly models: readonly ModelDefinition[];
  /** What plug-ins have trials trained by. */
  readonly launchers?: readonly LauncherDefinition[];
  /** Where stages and models of plug-ins come from; the shipped ones are not in it. */
  readonly origins?: ReadonlyMap<StageDefinition | ModelDefinition, PluginOrigin>;
}

export interface PluginOrigin {
  /** As it was given. */
  readonly file: string;
  /** Of the file and of those of the user's that it imports, in hex. */
  readonly sha256: string;
}

const shipped: Catalogue = { stages: scheduledStages, models };

/** Returns the stages and models that come with prep-lab. */
export function shippedCatalogue(): Catalogue {
  return shipped;
}

/**
 * Returns the definition of a stage that a checked experiment names.
 * @throws Error (a bug) if the catalogue lacks it.
 */
export function findStage(catalogue: Catalogue, { name }: NamedOptions): StageDefinition {
  return find(catalogue.stages, name);
}

/**
 * Returns the definition of the model that a checked experiment names.
 * @throws Error (a bug) if the catalogue lacks it.
 */
export function findModel(catalogue: Catalogue, { name }: NamedOptions): ModelDefinition {
  return find(catalogue.models, name);
}

/** Creates a stage from options that were checked already: those of a read experiment. */
export function instantiateStage(options: NamedOptions, catalogue: Catalogue): Stage {
  return createFrom(findStage(catalogue, options), options);
}

/** A model with its options, not yet built. */
export interface Model {
  /** @throws UserError if it cannot be built for its input. Without TensorFlow. */
  check(input: ModelInput): void;
  /** The weights that are trained, without TensorFlow; nothing where the model does not list them. */
  listTrained(input: ModelInput): readonly TrainedWeight[] | undefined;
  /** What it learns from the images as they leave the stages; nothing where it does not learn. */
  fit(images: TrainingImages): Fitted;
  create(input: ModelInput, fitted?: Fitted): LayersModel;
}

/** Returns a model for options that were checked already: those of a read experiment. */
export function instantiateModel(options: NamedOptions, catalogue: Catalogue): Model {
  const definition = findModel(catalogue, options);
  const given = options as Parameters<typeof definition.create>[0];
  return {
    check: (input) => definition.check?.(given, input),
    listTrained: (input) => definition.listTrained?.(given, input),
    fit: (images) => definition.fit?.(given, images) ?? {},
    create: (input, fitted) => definition.create(given, input, fitted),
  };
}

function find<Definition extends { readonly name: string }>(
  definitions: readonly Definition[],
  name: string,
): Definition {
  const found = definitions.find((definition) => definition.name === name);
  if (!found) throw new Error(`The catalogue has no "${name}".`);
  return found;
}
