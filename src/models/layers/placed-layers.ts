import type { SymbolicTensor } from '../../graph/tensorflow.js';
import type { Fitted } from '../../stages/stage.js';
import { UserError } from '../../user-error.js';
import type { TrainedWeight } from '../model.js';
import {
  type Branches,
  type LayerDefinition,
  type LayerOptions,
  LayerRefusal,
  renderShape,
  type Shape,
} from './layer.js';
import { layerDefinitions } from './list.js';

/** A layer at its place in a model. */
export interface PlacedLayer {
  /** Where it stands in an experiment file: "model.layers[3]". */
  readonly path: string;
  /** Its kind and its own name, or one that counts from 1 within its kind: "conv2d/conv2d_1". */
  readonly name: string;
  readonly options: LayerOptions;
  readonly definition: LayerDefinition;
  /** The layers within it, by the option that holds them. */
  readonly branches: Readonly<Record<string, readonly PlacedLayer[]>>;
}

/** Gives layers, and those within them, their places and names. */
export function placeLayers(
  layers: readonly LayerOptions[],
  path = 'model.layers',
  counts = new Map<string, number>(),
): PlacedLayer[] {
  return layers.map((options, index) => {
    const { type } = options;
    const definition = layerDefinitions.find((known) => known.type === type);
    if (!definition) throw new Error(`There is no layer "${type}".`);
    const count = (counts.get(type) ?? 0) + 1;
    counts.set(type, count);
    const here = `${path}[${index}]`;
    const lists = (definition.branches ?? []).filter((option) => options[option] !== undefined);
    const branches = lists.map((option) => {
      const within = options[option] as readonly LayerOptions[];
      return [option, placeLayers(within, `${here}.${option}`, counts)] as const;
    });
    const name = `${type}/${options.name ?? `${type}_${count}`}`;
    return { path: here, name, options, definition, branches: Object.fromEntries(branches) };
  });
}

/**
 * Checks what one layer alone does not show.
 * @throws UserError naming a layer whose name another has or that is called as a kind of layer, or one that learns from
 * the images which enter the model and is not the first.
 */
export function requireConsistentLayers(layers: readonly PlacedLayer[]): void {
  const all = listPlaced(layers);
  requireOwnNames(all);
  const late = all.slice(1).find(({ definition }) => definition.fit);
  if (!late) return;
  throw new UserError(`${late.path} (${late.options.type}) must be the first layer of the model.`, {
    hint: 'it is made from the images as they enter the model: put it first, or take it out.',
  });
}

function requireOwnNames(layers: readonly PlacedLayer[]): void {
  const taken = new Map(layerDefinitions.map(({ type }) => [type, `the layers of type "${type}"`]));
  for (const { path, options } of layers) {
    const { name } = options;
    if (name === undefined) continue;
    const owner = taken.get(name);
    if (owner) {
      throw new UserError(`${path}.name "${name}" is taken by ${owner}.`, {
        hint: `give it another name, for example "${name}-2".`,
      });
    }
    taken.set(name, path);
  }
}

function listPlaced(layers: readonly PlacedLayer[]): PlacedLayer[] {
  return layers.flatMap((layer) => [layer, ...Object.values(layer.branches).flatMap(listPlaced)]);
}

/**
 * Returns the shape that layers give for the one that enters them.
 * @throws UserError naming the first layer that cannot take what comes to it.
 */
export function walkShapes(layers: readonly PlacedLayer[], shape: Shape): Shape {
  return layers.reduce((received, layer) => {
    const { definition, options } = layer;
    try {
      return definition.outputShape(options, received, withinShapes(layer));
    } catch (error) {
      throw error instanceof LayerRefusal ? explainRefusal(error, layer, received) : error;
    }
  }, shape);
}

/** Lists the weights that are trained in layers which can take the shape that enters them. */
export function listTrained(layers: readonly PlacedLayer[], shape: Shape): TrainedWeight[] {
  let received = shape;
  return layers.flatMap((layer) => {
    const { definition, options, name, branches } = layer;
    const place = { name, shape: received, branches: withinShapes(layer) };
    const own = definition.listTrained?.(options, place) ?? [];
    const within = Object.values(branches).flatMap((inner) => listTrained(inner, place.shape));
    received = definition.outputShape(options, received, place.branches);
    return [...own, ...within];
  });
}

function withinShapes({ branches }: PlacedLayer): Pick<Branches, 'outputShape'> {
  return { outputShape: (option, shape) => walkShapes(branches[option] ?? [], shape) };
}

function explainRefusal(refusal: LayerRefusal, layer: PlacedLayer, received: Shape): UserError {
  const needs = `${layer.path} (${layer.options.type}) needs ${refusal.message}`;
  return new UserError(`${needs}, received ${renderShape(received)}.`, { hint: refusal.hint });
}

/** Adds layers to a model that is being built. */
export function applyLayers(
  layers: readonly PlacedLayer[],
  x: SymbolicTensor,
  fitted?: Fitted,
): SymbolicTensor {
  return layers.reduce((received, layer) => {
    const { definition, options, name, branches } = layer;
    const within: Branches = {
      ...withinShapes(layer),
      apply: (option, inner) => applyLayers(branches[option] ?? [], inner, fitted),
    };
    return definition.apply(options, received, { name, branches: within, fitted });
  }, x);
}
