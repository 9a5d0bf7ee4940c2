import { attribute, runKernelWithOutputs } from '../native-backend.js';
import { type Tensor, type Tensor4D, tensorflow } from '../tensorflow.js';

export interface BatchNormInput {
  /** Shape: [N, H, W, C]. */
  readonly x: Tensor4D;
  /** Shape: [C], like all below. */
  readonly gamma: Tensor;
  readonly beta: Tensor;
  readonly epsilon: number;
}

export interface BatchStatistics {
  readonly mean: Tensor;
  /** Population variance (divided by n). */
  readonly variance: Tensor;
}

/** A batch's statistics, with what an unbiased moving average takes in. */
export interface TrainingStatistics extends BatchStatistics {
  /** Divided by n - 1. */
  readonly unbiasedVariance: Tensor;
}

const types = { T: attribute.type('float32'), U: attribute.type('float32') };
const layout = { data_format: attribute.text('NHWC') };

/**
 * Normalises a batch with its own statistics: TensorFlow's FusedBatchNormV3 and FusedBatchNormGradV3.
 * `onStatistics` receives the batch's mean and variance, for the moving averages; they are freed after it returns.
 * Formula: gamma * (x - mean) / sqrt(variance + epsilon) + beta, over all axes but the last.
 * Source: Keras uses the population variance for the moving average too; the op returns the n/(n-1) one, as torch keeps it.
 */
export function batchNormTraining(
  input: BatchNormInput,
  onStatistics: (statistics: TrainingStatistics) => void,
): Tensor4D {
  const tf = tensorflow();
  const epsilon = attribute.float(input.epsilon);
  const training = attribute.bool(true);
  const [count, height, width] = input.x.shape;
  const n = count * height * width;
  const apply = tf.customGrad((...inputs) => {
    const [x, gamma, beta, save] = inputs as unknown as [
      Tensor,
      Tensor,
      Tensor,
      (s: Tensor[]) => void,
    ];
    const unused = tf.zeros([0]);
    const outputs = runKernelWithOutputs(
      {
        name: 'FusedBatchNormV3',
        attributes: {
          ...types,
          ...layout,
          epsilon,
          exponential_avg_factor: attribute.float(1),
          is_training: training,
        },
        inputs: [x, gamma, beta, unused, unused],
      },
      6,
    );
    const [value, mean, unbiasedVariance, ...reserved] = outputs as [
      Tensor,
      Tensor,
      Tensor,
      ...Tensor[],
    ];
    onStatistics({ mean, variance: unbiasedVariance.mul((n - 1) / n), unbiasedVariance });
    save([x, gamma, ...reserved]);
    return {
      value,
      gradFunc: (dy: Tensor, saved: Tensor[]) =>
        runKernelWithOutputs(
          {
            name: 'FusedBatchNormGradV3',
            attributes: { ...types, ...layout, epsilon, is_training: training },
            inputs: [dy, ...saved],
          },
          5,
        ).slice(0, 3),
    };
  });
  return apply(input.x, input.gamma, input.beta) as Tensor4D;
}

/** Normalises with given statistics, as a trained model does. No gradient. Shape: as in {@link batchNormTraining}. */
export function batchNormInference(input: BatchNormInput, statistics: BatchStatistics): Tensor4D {
  const [value] = runKernelWithOutputs(
    {
      name: 'FusedBatchNormV3',
      attributes: {
        ...types,
        ...layout,
        epsilon: attribute.float(input.epsilon),
        exponential_avg_factor: attribute.float(1),
        is_training: attribute.bool(false),
      },
      inputs: [input.x, input.gamma, input.beta, statistics.mean, statistics.variance],
    },
    6,
  );
  return value as Tensor4D;
}
