import { denseCrossEntropy, sparseCrossEntropy } from '../graph/differentiable/cross-entropy.js';
import { type Tensor1D, type Tensor2D, tensorflow } from '../graph/tensorflow.js';

/**
 * Cross-entropy of each image. Shape: float32 [N, K] and int32 [N], or shares [N, K], to float32 [N].
 * The targets are {@link smoothLabels}; shares are taken as they are: they were smoothed before they were mixed.
 */
export function crossEntropy(
  logits: Tensor2D,
  labels: Tensor1D | Tensor2D,
  labelSmoothing: number,
): Tensor1D {
  if (labels.rank === 2) return denseCrossEntropy(logits, labels as Tensor2D);
  const classes = labels as Tensor1D;
  if (labelSmoothing === 0) return sparseCrossEntropy(logits, classes);
  return denseCrossEntropy(logits, smoothLabels(classes, logits.shape[1], labelSmoothing));
}

/**
 * Returns labels as shares of the classes. Shape: int32 [N] to float32 [N, K].
 * Formula: y * (1 - s) + s / K, y one-hot. Source: Keras' CategoricalCrossentropy.
 */
export function smoothLabels(
  labels: Tensor1D,
  classCount: number,
  labelSmoothing: number,
): Tensor2D {
  const tf = tensorflow();
  return tf.tidy(() => {
    const certain = tf.oneHot(labels, classCount).cast('float32') as Tensor2D;
    if (labelSmoothing === 0) return certain;
    return certain.mul(1 - labelSmoothing).add(labelSmoothing / classCount);
  });
}
