import { attribute, nativeBackend, runKernelWithOutputs } from '../native-backend.js';
import { type Tensor, type Tensor1D, type Tensor2D, tensorflow } from '../tensorflow.js';

/**
 * Cross-entropy of each image from logits and integer labels.
 * Shape: float32 [N, K] and int32 [N] to float32 [N]. Range: labels 0..K-1.
 * Formula: -log(softmax(logits)[label]), from log-softmax, so that a confident error is not clipped.
 */
export function sparseCrossEntropy(logits: Tensor2D, labels: Tensor1D): Tensor1D {
  if (nativeBackend().isUsingGpuDevice) {
    const targets = tensorflow().oneHot(labels, logits.shape[1], 1, 0, 'float32');
    return composedCrossEntropy(logits, targets as Tensor2D);
  }
  const types = { T: attribute.type('float32'), Tlabels: attribute.type('int32') };
  return crossEntropy('SparseSoftmaxCrossEntropyWithLogits', types, [logits, labels]);
}

/**
 * Cross-entropy of each image from logits and target probabilities (one-hot labels, smoothed or not).
 * Shape: float32 [N, K] and float32 [N, K] to float32 [N].
 */
export function denseCrossEntropy(logits: Tensor2D, targets: Tensor2D): Tensor1D {
  if (nativeBackend().isUsingGpuDevice) return composedCrossEntropy(logits, targets);
  const types = { T: attribute.type('float32') };
  return crossEntropy('SoftmaxCrossEntropyWithLogits', types, [logits, targets]);
}

/**
 * {@link denseCrossEntropy} of ops that repeat bit for bit on a GPU, where TensorFlow's two do not.
 * Formula: the gradient towards the logits is softmax(logits) - targets.
 */
export function composedCrossEntropy(logits: Tensor2D, targets: Tensor2D): Tensor1D {
  const apply = tensorflow().customGrad((...inputs) => {
    const [input, save] = inputs as unknown as [Tensor2D, (saved: Tensor[]) => void];
    const logShares = input.logSoftmax(1);
    save([logShares.exp().sub(targets)]);
    return { value: targets.mul(logShares).sum(1).neg(), gradFunc: towardsLogits };
  });
  return apply(logits) as Tensor1D;
}

/** Both ops give the loss and its gradient towards the logits at once. No gradient flows to the labels. */
function crossEntropy(
  name: string,
  attributes: Parameters<typeof runKernelWithOutputs>[0]['attributes'],
  [logits, labels]: [Tensor2D, Tensor],
): Tensor1D {
  const apply = tensorflow().customGrad((...inputs) => {
    const [input, save] = inputs as unknown as [Tensor, (saved: Tensor[]) => void];
    const outputs = runKernelWithOutputs({ name, attributes, inputs: [input, labels] }, 2);
    const [value, gradient] = outputs as [Tensor1D, Tensor2D];
    save([gradient]);
    return { value, gradFunc: towardsLogits };
  });
  return apply(logits) as Tensor1D;
}

/** @param gradient Of each image's loss towards its logits. */
function towardsLogits(dy: Tensor, [gradient]: Tensor[]): Tensor {
  return dy.expandDims(1).mul(gradient as Tensor);
}
