import { denseCrossEntropy, sparseCrossEntropy } from '../graph/differentiable/cross-entropy.js';
import { computeIn } from '../graph/precision.js';
import { type Tensor1D, type Tensor2D, tensorflow } from '../graph/tensorflow.js';
import { versionCount } from '../stages/pipeline.js';
import type { TrainingRecipe } from './recipe.js';

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
 * Returns the training loss of each image, and the logits of the images as they are. With `jensenShannon` the logits are those
 * of all versions, and the cross-entropy is that of the first: Hendrycks et al. 2019, https://arxiv.org/abs/1912.02781.
 * Formula: cross-entropy + jensenShannon * divergence. Shape: logits [N, K], or [3 N, K] with `jensenShannon`.
 */
export function computeLosses(
  logits: Tensor2D,
  labels: Tensor1D | Tensor2D,
  { labelSmoothing, jensenShannon }: Pick<TrainingRecipe, 'labelSmoothing' | 'jensenShannon'>,
): { readonly losses: Tensor1D; readonly logits: Tensor2D } {
  if (jensenShannon === undefined) {
    return { losses: crossEntropy(logits, labels, labelSmoothing), logits };
  }
  const [count] = labels.shape;
  const own = logits.slice([0, 0], [count, -1]);
  const divergence = computeIn('float32', () => computeDivergence(logits).mul(jensenShannon));
  return { losses: crossEntropy(own, labels, labelSmoothing).add(divergence), logits: own };
}

/** The least share that a class has in what versions say together, so that its logarithm is bounded. */
const leastShare = 1e-7;

/**
 * Returns how far the answers to versions of an image are from their mean: the Jensen-Shannon divergence, in nats.
 * Formula: sum over versions and classes of p (ln p - ln m), by the count of versions; m their mean, at least 1e-7.
 * Shape: [V N, K], all images of the first version, then those of the next, to [N].
 * Source: google-research/augmix, cifar.py: there the batch's mean of it, whose gradient is not a number where a share is 0.
 */
export function computeDivergence(logits: Tensor2D): Tensor1D {
  const [rows, classes] = logits.shape;
  const shares = logits.logSoftmax(1).reshape([versionCount, rows / versionCount, classes]);
  const mixture = shares.exp().mean(0).clipByValue(leastShare, 1).log();
  const distances = shares.exp().mul(shares.sub(mixture)).sum(2);
  return distances.mean(0);
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
