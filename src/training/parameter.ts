import { identifyLayer, nameLayers, variableOf } from '../graph/fused-layers/layer.js';
import type { LayersModel, Variable } from '../graph/tensorflow.js';
import type { TrainedWeight } from '../models/model.js';

/** One trainable weight of a model that was built. */
export interface Parameter extends TrainedWeight {
  readonly variable: Variable;
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
