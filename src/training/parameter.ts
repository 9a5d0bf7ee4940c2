import { identifyLayer, nameLayers, variableOf } from '../graph/fused-layers/layer.js';
import type { LayersModel, Variable } from '../graph/tensorflow.js';

/** One trainable weight of a model, and how a recipe may speak of it. */
export interface Parameter {
  readonly variable: Variable;
  /** Its layer's name: given by the model, else counted from 1 in each kind, such as "conv2d_1". */
  readonly layer: string;
  /** The kind of the layer in kebab-case, such as "batch-normalization". */
  readonly kind: string;
  /** The kind of the weight: "kernel", "bias", "gamma", "beta", ... */
  readonly part: string;
}

/** Lists a model's trainable weights, in the order of its `trainableWeights`. */
export function listParameters(model: LayersModel): Parameter[] {
  const places = new Map(
    nameLayers(model).flatMap(({ layer, name }) =>
      layer.trainableWeights.map((weight) => {
        const identity = identifyLayer(layer);
        const listed = identity.name === layer.name ? name : identity.name;
        const part = weight.originalName.split('/').at(-1) ?? '';
        return [variableOf(weight), { layer: listed, kind: identity.kind, part }] as const;
      }),
    ),
  );
  return model.trainableWeights.map((weight) => {
    const variable = variableOf(weight);
    const place = places.get(variable);
    if (!place) throw new Error(`Weight "${weight.name}" is in no layer of the model.`);
    return { variable, ...place };
  });
}
