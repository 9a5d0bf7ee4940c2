import { z } from 'zod';
import { type Tensor, type Tensor2D, tensorflow, type Variable } from '../../graph/tensorflow.js';
import { createVariable } from '../../graph/variable.js';
import { adam } from './adam.js';
import { adamw } from './adamw.js';
import { defineOptimizer, learningRateSchema, weightDecaySchema } from './optimizer.js';
import { sgd } from './sgd.js';

/** Coefficients of the quintic iteration, chosen for speed: singular values end between about 0.7 and 1.2, not at 1. */
const [a, b, c] = [3.4445, -4.775, 2.0315];

/**
 * Formula: m = momentum * m + g; d = g + momentum * m with Nesterov, else m; w *= sqrt(outputs) / |w| where weights are
 * normalised; w -= lr * decay * w; w -= lr * orthogonalise(d), d seen as a matrix of one row an output channel.
 * Source: KellerJordan/cifar10-airbench, airbench94_muon.py, in float32 where it takes half precision (its Newton-Schulz
 * steps differ by up to 0.04 there).
 */
export const muon = defineOptimizer({
  options: z
    .strictObject({
      name: z.literal('muon'),
      learningRate: learningRateSchema.default(0.24).describe('Step size for convolution kernels.'),
      momentum: z
        .number()
        .min(0)
        .lt(1)
        .default(0.6)
        .describe('Share of the gradients so far that is kept.'),
      nesterov: z.boolean().default(true).describe('Whether to look ahead by the momentum.'),
      newtonSchulzSteps: z
        .int()
        .min(1)
        .max(20)
        .default(3)
        .describe('Steps of the iteration that makes a step orthogonal.'),
      normalizeWeights: z
        .boolean()
        .default(true)
        .describe(
          'Whether each kernel is scaled to the norm sqrt(filters) before a step: it then needs no weight decay.',
        ),
      weightDecay: weightDecaySchema.default(0).describe('Decoupled decay of the kernels.'),
      others: z
        .discriminatedUnion('name', [adam.options, adamw.options, sgd.options])
        .prefault({ name: 'sgd', momentum: 0.85, nesterov: true, momentumForm: 'torch' })
        .describe('The optimiser of all weights that are no convolution kernels.'),
    })
    .describe('Orthogonalised momentum for convolution kernels, a second optimiser for the rest.'),
  takes: ({ part, variable }) => part === 'kernel' && variable.rank === 4,
  create(options, { weights, learningRate }) {
    const tf = tensorflow();
    const memories = weights.map((weight) => createVariable(tf.zeros(weight.shape)));
    return {
      state: memories,
      apply(gradients) {
        tf.tidy(() => {
          const rate = learningRate();
          weights.forEach((weight, index) => {
            const gradient = gradients[index] as Tensor;
            const memory = memories[index] as Variable;
            const kept = memory.mul<Tensor>(options.momentum).add<Tensor>(gradient);
            memory.assign(kept);
            const direction = options.nesterov
              ? gradient.add<Tensor>(kept.mul(options.momentum))
              : kept;
            const update = orthogonaliseKernel(direction, options.newtonSchulzSteps);
            const scaled: Tensor = options.normalizeWeights ? normalise(weight) : weight;
            const from =
              options.weightDecay > 0
                ? scaled.mul<Tensor>(tf.sub(1, rate.mul(options.weightDecay)))
                : scaled;
            weight.assign(from.sub(update.mul(rate)));
          });
        });
      },
    };
  },
});

function normalise(weight: Variable): Tensor {
  const filters = weight.shape.at(-1) as number;
  return weight.mul(tensorflow().scalar(Math.sqrt(filters)).div(weight.square().sum().sqrt()));
}

/** Shape: [height, width, inputs, outputs], kept. The order of the inputs does not matter to the result. */
function orthogonaliseKernel(kernel: Tensor, steps: number): Tensor {
  const outputs = kernel.shape.at(-1) as number;
  const matrix = kernel.reshape<Tensor2D>([kernel.size / outputs, outputs]);
  return orthogonalise(matrix, steps).reshape(kernel.shape);
}

/**
 * Brings the singular values of a matrix near 1. Traceable. Shape: any [rows, columns], kept.
 * Formula: X = M / (|M| + 1e-7); A = X X^T; X = aX + (bA + cAA)X, on the side with fewer rows.
 */
export function orthogonalise(matrix: Tensor2D, steps: number): Tensor2D {
  const tf = tensorflow();
  return tf.tidy(() => {
    const isTall = matrix.shape[0] > matrix.shape[1];
    const wide = isTall ? matrix.transpose<Tensor2D>() : matrix;
    let x = wide.div<Tensor2D>(wide.square().sum().sqrt().add(1e-7));
    for (let step = 0; step < steps; step++) {
      const gram = tf.matMul(x, x, false, true);
      const polynomial = gram.mul<Tensor2D>(b).add<Tensor2D>(tf.matMul(gram, gram).mul(c));
      x = x.mul<Tensor2D>(a).add<Tensor2D>(tf.matMul(polynomial, x));
    }
    return isTall ? x.transpose<Tensor2D>() : x;
  });
}
