import { denseCrossEntropy, sparseCrossEntropy } from '../graph/differentiable/cross-entropy.js';
import { type Tensor1D, type Tensor2D, tensorflow } from '../graph/tensorflow.js';

/**
 * Cross-entropy of each image. Shape: float32 [N, K] and int32 [N] to float32 [N].
 * With label smoothing s the targets are y * (1 - s) + s / K, y one-hot. Source: Keras' CategoricalCrossentropy.
 */
export function crossEntropy(logits: Tensor2D, labels: Tensor1D, labelSmoothing: number): Tensor1D {
  if (labelSmoothing === 0) return sparseCrossEntropy(logits, labels);
  const classCount = logits.shape[1];
  const targets = tensorflow().tidy(() =>
    tensorflow()
      .oneHot(labels, classCount)
      .cast('float32')
      .mul(1 - labelSmoothing)
      .add(labelSmoothing / classCount),
  );
  return denseCrossEntropy(logits, targets as Tensor2D);
}
