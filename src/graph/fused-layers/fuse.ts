import { UserError } from '../../user-error.js';
import type { EngineRandomSource } from '../random.js';
import type { LayersModel, Tensor } from '../tensorflow.js';
import { fuseActivation, fuseLeakyRelu, fuseRelu } from './activation.js';
import { fuseBatchNormalization } from './batch-normalization.js';
import { fuseConv2d, fuseDense, fuseDepthwiseConv2d } from './dense-and-conv.js';
import { fuseDropout } from './dropout.js';
import { fuseGlobalAveragePooling2d } from './global-average-pooling.js';
import {
  activationName,
  type Layer,
  type LayerRandomness,
  listLayers,
  replaceCall,
} from './layer.js';

/** Layers whose noise tfjs makes in JavaScript: it would neither follow the seed nor change within a graph. */
const unseededLayers = new Set([
  'GaussianNoise',
  'GaussianDropout',
  'AlphaDropout',
  'SpatialDropout1D',
]);

/**
 * Makes a model's layer objects compute with TensorFlow's fused kernels and their gradients, and turns its final
 * softmax off, so that the model gives logits. Shape of the logits: float32 [N, K].
 * Saving the model is not affected: its configuration still ends in the softmax.
 * @throws UserError for a layer whose randomness cannot follow the seed, or a model that does not end in a softmax.
 */
export function fuseModel(
  model: LayersModel,
  randomness: LayerRandomness,
): (images: Tensor, training: boolean) => Tensor {
  listLayers(model).forEach((layer, index) => {
    refuseUnseeded(layer);
    fuseByKind[layer.getClassName()]?.(layer, () => randomness(index));
  });
  turnOffSoftmax(model);
  return (images, training) => model.apply(images, { training }) as Tensor;
}

type Fuse = (layer: Layer, random: () => EngineRandomSource) => void;

const fuseByKind: Readonly<Record<string, Fuse>> = {
  Conv2D: fuseConv2d,
  DepthwiseConv2D: fuseDepthwiseConv2d,
  Dense: (layer) => fuseDense(layer, 'activated'),
  Activation: fuseActivation,
  ReLU: fuseRelu,
  LeakyReLU: fuseLeakyRelu,
  GlobalAveragePooling2D: fuseGlobalAveragePooling2d,
  BatchNormalization: fuseBatchNormalization,
  Dropout: (layer, random) => fuseDropout(layer, random()),
};

function refuseUnseeded(layer: Layer): void {
  const kind = layer.getClassName();
  if (!unseededLayers.has(kind)) return;
  throw new UserError(
    `Layer "${layer.name}" (${kind}) draws its noise outside of the trial's seed.`,
    { hint: 'Use a Dropout layer, or an augmentation stage in place of noise.' },
  );
}

/** A softmax inside of the loss is exact where a softmax before it would have to be clipped. */
function turnOffSoftmax(model: LayersModel): void {
  const layers = listLayers(model);
  const last = layers.at(-1) as Layer;
  const kind = last.getClassName();
  if (kind === 'Dense' && activationName(last) === 'softmax') fuseDense(last, 'logits');
  else if (kind === 'Softmax' || (kind === 'Activation' && activationName(last) === 'softmax')) {
    replaceCall(last, (x) => x.clone());
    // The logits come from the dense layer before it; they are float32 as where the two are one layer.
    const head = layers.slice(0, -1).findLast((layer) => layer.getClassName() !== 'Rescaling');
    if (head?.getClassName() === 'Dense' && activationName(head) === 'linear') {
      fuseDense(head, 'logits');
    }
  } else {
    throw new UserError(
      `Model "${model.name}" ends in ${kind} "${last.name}", expected a softmax over the classes.`,
      { hint: "End it with a dense layer of activation 'softmax'." },
    );
  }
}
