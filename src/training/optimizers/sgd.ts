import { z } from 'zod';
import { type Tensor, tensorflow } from '../../graph/tensorflow.js';
import { createVariable } from '../../graph/variable.js';
import { defineOptimizer, learningRateSchema, weightDecaySchema } from './optimizer.js';

const options = z
  .strictObject({
    name: z.literal('sgd'),
    learningRate: learningRateSchema.default(0.01).describe('Step size.'),
    momentum: z.number().min(0).lt(1).default(0).describe('Share of the last step that is kept.'),
    nesterov: z
      .boolean()
      .exactOptional()
      .describe("Whether to step on by the momentum's next step too. Default: false."),
    momentumForm: z
      .enum(['keras', 'torch'])
      .exactOptional()
      .describe(
        'Where a changing learning rate enters. "keras" (the default): what is kept is a step, made with the rate of its time. "torch": what is kept is a gradient, and all of it takes the present rate.',
      ),
    weightDecay: weightDecaySchema.exactOptional().describe('Pull towards zero. Default: 0.'),
    weightDecayForm: z
      .enum(['coupled', 'decoupled'])
      .exactOptional()
      .describe(
        '"coupled" (the default, as in PyTorch): the decay is added to the gradient, so momentum keeps it too. "decoupled": each step takes that share of the weight, times the learning rate.',
      ),
  })
  .refine(({ nesterov, momentum }) => !nesterov || momentum > 0, {
    path: ['nesterov'],
    error: 'must stand beside a momentum above 0',
  })
  .describe("Stochastic gradient descent, with Keras' defaults.");

interface Move {
  /** To be kept for the next step. */
  readonly kept: Tensor;
  /** To be added to the weight. */
  readonly move: Tensor;
}

/**
 * Formula: "keras": v = momentum * v - lr * g; w += v, or with Nesterov w += momentum * v - lr * g. "torch": b = momentum *
 * b + g; w -= lr * b, or with Nesterov w -= lr * (g + momentum * b). With one learning rate both are the same. Decay:
 * coupled g += decay * w; decoupled w -= lr * decay * w before the step.
 * Source: keras/src/optimizers/sgd.py and torch.optim.SGD (without dampening).
 */
export const sgd = defineOptimizer({
  options,
  create(chosen, { weights, learningRate }) {
    const tf = tensorflow();
    const { momentum, weightDecay = 0, weightDecayForm = 'coupled' } = chosen;
    const step = chosen.momentumForm === 'torch' ? stepAsTorch : stepAsKeras;
    const kept =
      momentum > 0 ? weights.map((weight) => createVariable(tf.zeros(weight.shape))) : [];
    return {
      state: kept,
      apply(gradients) {
        tf.tidy(() => {
          const rate = learningRate();
          weights.forEach((weight, index) => {
            const raw = gradients[index] as Tensor;
            const isCoupled = weightDecay > 0 && weightDecayForm === 'coupled';
            const isDecoupled = weightDecay > 0 && weightDecayForm === 'decoupled';
            const gradient = isCoupled ? raw.add<Tensor>(weight.mul(weightDecay)) : raw;
            const from: Tensor = isDecoupled
              ? weight.mul(tf.sub(1, rate.mul(weightDecay)))
              : weight;
            const memory = kept[index];
            if (!memory) {
              weight.assign(from.sub(gradient.mul(rate)));
              return;
            }
            const made = step({ memory, gradient, rate }, chosen);
            memory.assign(made.kept);
            weight.assign(from.add(made.move));
          });
        });
      },
    };
  },
});

interface StepInput {
  readonly memory: Tensor;
  readonly gradient: Tensor;
  readonly rate: Tensor;
}

type Momentum = Pick<z.output<typeof options>, 'momentum' | 'nesterov'>;

function stepAsKeras(
  { memory, gradient, rate }: StepInput,
  { momentum, nesterov }: Momentum,
): Move {
  const descent = gradient.mul<Tensor>(rate);
  const kept = memory.mul<Tensor>(momentum).sub<Tensor>(descent);
  return { kept, move: nesterov ? kept.mul<Tensor>(momentum).sub(descent) : kept };
}

function stepAsTorch(
  { memory, gradient, rate }: StepInput,
  { momentum, nesterov }: Momentum,
): Move {
  const kept = memory.mul<Tensor>(momentum).add<Tensor>(gradient);
  const direction = nesterov ? gradient.add<Tensor>(kept.mul(momentum)) : kept;
  return { kept, move: direction.mul<Tensor>(rate.neg()) };
}
