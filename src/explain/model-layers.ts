import { type Catalogue, findModel } from '../catalogue.js';
import { listLayers } from '../engine/fused-layers/layer.js';
import type { LayersModel } from '../engine/tensorflow.js';
import type { Experiment } from '../experiment/experiment.js';
import { renderNamed } from '../experiment/pipeline-summary.js';
import type { ImageShape } from '../stages/stage.js';
import { UserError } from '../user-error.js';
import type { ExplainedLayer, ExplainedModel } from './explanation.js';

const classCount = 10;

/**
 * Builds an experiment's model for images of a shape.
 * @throws UserError if it cannot be built for them.
 */
export function createModel(
  { model }: Experiment,
  { image, catalogue }: { readonly image: ImageShape; readonly catalogue: Catalogue },
): LayersModel {
  const definition = findModel(catalogue, model);
  try {
    return definition.create(model as Parameters<typeof definition.create>[0], {
      image,
      classCount,
    });
  } catch (error) {
    const size = `${image.height} x ${image.width} x ${image.channels}`;
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(`Model "${model.name}" cannot be built for images of ${size}: ${reason}`, {
      hint: 'change the stages that change the size of the images, or the model.',
      cause: error,
    });
  }
}

/** Describes a model layer by layer. */
export function explainModel(
  model: LayersModel,
  { model: options }: Experiment,
  catalogue: Catalogue,
): ExplainedModel {
  const layers = listLayers(model).map(explainLayer);
  return {
    summary: renderNamed(options, findModel(catalogue, options).options),
    layers,
    parameters: model.countParams(),
    multiplyAdds: layers.reduce((sum, layer) => sum + layer.multiplyAdds, 0),
  };
}

/**
 * Formula: multiply-adds = numbers of the kernel times output pixels: each weight of a convolution serves every pixel,
 * each weight of a dense layer once. Biases, normalisation, activation and pooling are not counted.
 */
function explainLayer(layer: LayersModel['layers'][number]): ExplainedLayer {
  const outputShape = (layer.outputShape as (number | null)[]).slice(1);
  const pixels = outputShape
    .slice(0, -1)
    .reduce<number>((product, size) => product * (size ?? 1), 1);
  const kernels = layer.weights.map(({ shape }) => shape).filter(({ length }) => length > 1);
  const weights = kernels.reduce((sum, shape) => sum + sizeOf(shape as number[]), 0);
  return {
    kind: layer.getClassName(),
    outputShape,
    parameters: layer.countParams(),
    multiplyAdds: weights * pixels,
  };
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
