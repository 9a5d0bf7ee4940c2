import { factsOf } from '../../datasets/facts.js';
import { type Catalogue, instantiateModel } from '../../experiment/catalogue.js';
import type { Experiment } from '../../experiment/experiment.js';
import { renderModel } from '../../experiment/pipeline-summary.js';
import { identifyLayer, type NamedLayer, nameLayers } from '../../graph/fused-layers/layer.js';
import type { LayersModel } from '../../graph/tensorflow.js';
import type { TrainingImages } from '../../stages/stage.js';
import { UserError } from '../../user-error.js';
import type { ExplainedLayer, ExplainedModel } from './explanation.js';

/**
 * Builds an experiment's model for training images as they leave the stages.
 * @throws UserError if it cannot be built for them.
 */
export function createModel(
  { model, dataset }: Experiment,
  { images, catalogue }: { readonly images: TrainingImages; readonly catalogue: Catalogue },
): LayersModel {
  const { shape: image } = images;
  const chosen = instantiateModel(model, catalogue);
  try {
    const classCount = factsOf(dataset).classNames.length;
    return chosen.create({ image, classCount }, chosen.fit(images));
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
  const layers = nameLayers(model).map(explainLayer);
  return {
    summary: renderModel(options, catalogue),
    layers,
    parameters: model.countParams(),
    multiplyAdds: layers.reduce((sum, layer) => sum + layer.multiplyAdds, 0),
  };
}

/**
 * Formula: multiply-adds = numbers of the kernel times output pixels: each weight of a convolution serves every pixel,
 * each weight of a dense layer once. Biases, normalisation, activation and pooling are not counted.
 */
function explainLayer({ layer, name }: NamedLayer): ExplainedLayer {
  const outputShape = (layer.outputShape as (number | null)[]).slice(1);
  const pixels = outputShape
    .slice(0, -1)
    .reduce<number>((product, size) => product * (size ?? 1), 1);
  const kernels = layer.weights.map(({ shape }) => shape).filter(({ length }) => length > 1);
  const weights = kernels.reduce((sum, shape) => sum + sizeOf(shape as number[]), 0);
  return {
    kind: identifyLayer(layer).kind,
    name,
    outputShape,
    parameters: layer.countParams(),
    multiplyAdds: weights * pixels,
  };
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
