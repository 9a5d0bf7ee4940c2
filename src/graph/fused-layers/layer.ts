import type { layers } from '@tensorflow/tfjs-node-gpu';
import type { EngineRandomSource } from '../random.js';
import { type LayersModel, type Tensor, tensorflow, type Variable } from '../tensorflow.js';

export type Layer = layers.Layer;

/** A weight as tfjs-layers holds it. */
export interface LayerWeight {
  readonly val: Variable;
}

/** Returns the variable that a weight of tfjs-layers wraps; the library's types do not show it. */
export function variableOf(weight: LayersModel['weights'][number]): Variable {
  return (weight as unknown as LayerWeight).val;
}

/** Keeps one weight of a layer, by its name in it, as it begins: no gradient is asked of it. */
export function freezeWeight(layer: Layer, name: string): void {
  const weight = layer.weights.find(({ originalName }) => originalName.endsWith(`/${name}`));
  if (!weight) throw new Error(`${layer.name} has no weight "${name}".`);
  (weight as unknown as { trainable: boolean }).trainable = false;
}

/** What a layer's call is given by tfjs-layers. */
export interface CallOptions {
  readonly training?: boolean;
}

/** Where a replaced call gets its random numbers: one source a layer, by the layer's place in the model. */
export type LayerRandomness = (layerIndex: number) => EngineRandomSource;

export type LayerCall = (inputs: Tensor | Tensor[], options: CallOptions) => Tensor;

/**
 * Returns the layers of a model in their order; of a model within it, that model's layers. An input is no layer: so a
 * chain has the same layers at the same places whether it is a sequential model or not.
 */
export function listLayers(model: LayersModel): Layer[] {
  const { LayersModel } = tensorflow();
  return model.layers.flatMap((layer) => {
    if (layer instanceof LayersModel) return listLayers(layer);
    return layer.getClassName() === 'InputLayer' ? [] : [layer];
  });
}

/** What tells a layer from others, as experiment files call it. */
export interface LayerIdentity {
  /** Such as "conv2d" or "batch-normalization". */
  readonly kind: string;
  readonly name: string;
}

/**
 * Returns a layer's kind and name. Those that an experiment file lists are called "conv2d/first", and so are their weights:
 * "conv2d/first/kernel". Of others the class tells the kind.
 */
export function identifyLayer(layer: Layer): LayerIdentity {
  const [kind, name] = layer.name.split('/');
  if (kind !== undefined && name !== undefined) return { kind, name };
  const words = layer.getClassName().replace(/([a-z])([A-Z][a-z])/g, '$1-$2');
  return { kind: words.toLowerCase(), name: layer.name };
}

export interface NamedLayer {
  readonly layer: Layer;
  readonly name: string;
}

/**
 * Returns the layers of a model with their names. tfjs-layers counts the names that it makes on and on in a process; here
 * they count from 1 in each model.
 */
export function nameLayers(model: LayersModel): NamedLayer[] {
  const counts = new Map<string, number>();
  return listLayers(model).map((layer) => {
    const kind = layer.getClassName();
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    const { name } = identifyLayer(layer);
    const isOwnName = !new RegExp(`_${kind}\\d+$`).test(name);
    return { layer, name: isOwnName ? name : `${kind.toLowerCase()}_${count}` };
  });
}

/** Replaces the call of this one layer object; its class, its config and saved files stay as they are. */
export function replaceCall(layer: Layer, call: (x: Tensor, options: CallOptions) => Tensor): void {
  const replaced: LayerCall = (inputs, options) =>
    call(Array.isArray(inputs) ? (inputs[0] as Tensor) : inputs, options ?? {});
  layer.call = replaced as unknown as Layer['call'];
}

/** Reads a member that tfjs-layers declares as protected. Throws a bug if the library changed. */
export function member<T>(layer: Layer, name: string): T {
  const value = (layer as unknown as Record<string, unknown>)[name];
  if (value === undefined) throw new Error(`${layer.getClassName()} has no member "${name}".`);
  return value as T;
}

/** Returns the name of a layer's activation, such as "relu"; "linear" where it has none. */
export function activationName(layer: Layer): string {
  const activation = member<{ getClassName(): string } | null>(layer, 'activation');
  return activation?.getClassName() ?? 'linear';
}

/** Applies a layer's own activation as tfjs-layers would. */
export function applyActivation(layer: Layer, x: Tensor): Tensor {
  return member<{ apply(x: Tensor): Tensor }>(layer, 'activation').apply(x);
}
