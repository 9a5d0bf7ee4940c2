import {
  type BatchNormInput,
  batchNormInference,
  batchNormTraining,
  type TrainingStatistics,
} from '../differentiable/batch-norm.js';
import { type Tensor, type Tensor4D, tensorflow, type Variable } from '../tensorflow.js';
import { type Layer, type LayerWeight, member, replaceCall } from './layer.js';

const unbiased = new WeakSet<Layer>();

/** Lets a BatchNormalization layer keep the unbiased variance (n - 1) in its moving average, as torch does. */
export function keepUnbiasedVariance(layer: Layer): void {
  unbiased.add(layer);
}

/**
 * Lets a BatchNormalization layer use TensorFlow's fused kernel, in training with its gradient, and keep its moving
 * averages as Keras does. Applies to the last axis of [N, C] and [N, H, W, C]; other layers stay as they are.
 * Formula: moving = moving * momentum + batch * (1 - momentum), with the population variance unless
 * {@link keepUnbiasedVariance} was asked for; batches are normalised with the population variance either way.
 */
export function fuseBatchNormalization(layer: Layer): void {
  const rank = (layer.inputSpec[0]?.ndim ?? 0) as number;
  const axis = member<number>(layer, 'axis');
  if ((rank !== 2 && rank !== 4) || (axis !== -1 && axis !== rank - 1)) return;
  const momentum = member<number>(layer, 'momentum');
  const epsilon = member<number>(layer, 'epsilon');
  const movingMean = member<LayerWeight>(layer, 'movingMean');
  const movingVariance = member<LayerWeight>(layer, 'movingVariance');

  replaceCall(layer, (x, { training }) => {
    const input = { ...scaleAndOffset(layer, x), epsilon, x: asImages(x) };
    if (!training) {
      const moving = { mean: movingMean.val, variance: movingVariance.val };
      return batchNormInference(input, moving).reshape(x.shape);
    }
    const update = ({ mean, variance, unbiasedVariance }: TrainingStatistics) => {
      const kept = unbiased.has(layer) ? unbiasedVariance : variance;
      moveTowards(movingMean.val, mean, momentum);
      moveTowards(movingVariance.val, kept, momentum);
    };
    return batchNormTraining(input, update).reshape(x.shape);
  });
}

function scaleAndOffset(layer: Layer, x: Tensor): Pick<BatchNormInput, 'gamma' | 'beta'> {
  const tf = tensorflow();
  const channels = x.shape.at(-1) as number;
  const { scale, center } = layer.getConfig();
  return {
    gamma: scale ? member<LayerWeight>(layer, 'gamma').val : tf.ones([channels]),
    beta: center ? member<LayerWeight>(layer, 'beta').val : tf.zeros([channels]),
  };
}

/** The kernel takes images: a flat batch becomes images of one pixel. */
function asImages(x: Tensor): Tensor4D {
  return x.rank === 4
    ? (x as Tensor4D)
    : x.reshape([x.shape[0] as number, 1, 1, x.shape[1] as number]);
}

function moveTowards(moving: Variable, batch: Tensor, momentum: number): void {
  moving.assign(tensorflow().tidy(() => moving.mul(momentum).add(batch.mul(1 - momentum))));
}
