import { attribute, runKernel } from '../native-backend.js';
import { hasOwnKernels } from '../own-kernels.js';
import { computeIn } from '../precision.js';
import { type Tensor, tensorflow } from '../tensorflow.js';

/**
 * Gaussian error linear unit, exact. Shape: any, kept; float32.
 * Formula: x * P(x), P(x) = (1 + erf(x / sqrt(2))) / 2; its gradient is P(x) + x * exp(-x^2 / 2) / sqrt(2 * pi).
 * Source: Hendrycks and Gimpel 2016, https://arxiv.org/abs/1606.08415
 */
export function gelu(x: Tensor): Tensor {
  return hasOwnKernels() ? geluByOwnKernels(x) : composedGelu(x);
}

/** {@link gelu} of TensorFlow's own ops: eight passes over memory where ours are one, and as many for the gradient. */
export function composedGelu(x: Tensor): Tensor {
  return withSlope(
    x,
    (input) => input.mul(normalDistribution(input)),
    (input) => {
      const density = input
        .square()
        .mul(-0.5)
        .exp()
        .mul(1 / Math.sqrt(2 * Math.PI));
      return normalDistribution(input).add(input.mul(density));
    },
  );
}

const attributes = { T: attribute.type('float32') };

function geluByOwnKernels(x: Tensor): Tensor {
  const apply = tensorflow().customGrad((...inputs) => {
    const [input, save] = inputs as unknown as [Tensor, (saved: Tensor[]) => void];
    save([input]);
    return {
      value: runKernel({ name: 'PrepLabGelu', attributes, inputs: [input] }),
      gradFunc: (dy: Tensor, saved: Tensor[]) =>
        runKernel({ name: 'PrepLabGeluGrad', attributes, inputs: [dy, ...saved] }),
    };
  });
  return apply(x);
}

/**
 * Gaussian error linear unit in its approximation by tanh. Shape: any, kept; float32.
 * Formula: x * (1 + tanh(u)) / 2, u = sqrt(2 / pi) * (x + 0.044715 * x^3). Source: as {@link gelu}, section 2.
 */
export function geluTanh(x: Tensor): Tensor {
  return withSlope(
    x,
    (input) => input.mul(composeTanh(input).add(1).mul(0.5)),
    (input) => {
      const t = composeTanh(input);
      const inner = input
        .square()
        .mul(3 * cubic)
        .add(1)
        .mul(Math.sqrt(2 / Math.PI));
      const slopeOfTanh = tensorflow().sub(1, t.square());
      return t.add(1).add(input.mul(slopeOfTanh).mul(inner)).mul(0.5);
    },
  );
}

/**
 * Applies a function of single numbers whose gradient is `dy` times its slope; only `x` is kept for that. Composed of many
 * ops, it computes in float32 whatever the network computes in.
 */
function withSlope(x: Tensor, value: (x: Tensor) => Tensor, slope: (x: Tensor) => Tensor): Tensor {
  const apply = tensorflow().customGrad((...inputs) => {
    const [input, save] = inputs as unknown as [Tensor, (saved: Tensor[]) => void];
    save([input]);
    return {
      value: computeIn('float32', () => value(input)),
      gradFunc: (dy: Tensor, saved: Tensor[]) =>
        computeIn('float32', () => dy.mul(slope(saved[0] as Tensor))),
    };
  });
  return apply(x);
}

function normalDistribution(x: Tensor): Tensor {
  return x.mul(Math.SQRT1_2).erf().add(1).mul(0.5);
}

const cubic = 0.044715;

function composeTanh(x: Tensor): Tensor {
  return x
    .add(x.square().mul(x).mul(cubic))
    .mul(Math.sqrt(2 / Math.PI))
    .tanh();
}
