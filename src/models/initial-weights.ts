import { type Layer, listLayers, variableOf } from '../graph/fused-layers/layer.js';
import { attribute, runKernelWithOutputs } from '../graph/native-backend.js';
import { createRandomSource, type EngineRandomSource } from '../graph/random.js';
import { type LayersModel, type Tensor, tensorflow } from '../graph/tensorflow.js';
import { UserError } from '../user-error.js';

/** An initialiser of tfjs-layers, as far as it describes itself. */
interface Initializer {
  getClassName(): string;
  getConfig(): Readonly<Record<string, unknown>>;
}

/** What an initialiser is given: the shape that it has to make, and draws that follow the trial's seed. */
export interface WeightToFill {
  readonly shape: readonly number[];
  readonly random: EngineRandomSource;
}

type Fill = (weight: WeightToFill) => Tensor;

const ownInitializers = new WeakMap<Layer, Map<string, Fill>>();

/**
 * Lets a weight begin as a function says, whatever the layer's configuration declares. So the configuration can name an
 * initialiser that every TensorFlow.js program knows.
 * @param part The weight's name in its layer, such as "kernel".
 */
export function initialiseBy(layer: Layer, part: string, fill: Fill): void {
  const own = ownInitializers.get(layer) ?? new Map<string, Fill>();
  ownInitializers.set(layer, own.set(part, fill));
}

/**
 * Sets every weight of a model from a seed, by the initialisers that its layers declare: the same seed gives the same
 * weights, and seed 0 is a seed like any other (to tfjs' own initialisers it means "random").
 * Formula: as Keras; glorotUniform draws from +-sqrt(6 / (fanIn + fanOut)).
 * @throws UserError naming the layer for an initialiser that is not supported.
 */
export function initialiseWeights(model: LayersModel, seed: number): void {
  const tf = tensorflow();
  listLayers(model).forEach((layer, index) => {
    for (const weight of layer.weights) {
      const name = weight.originalName.split('/').at(-1) ?? '';
      const part = name.replace(/_kernel$/, '');
      const fill = ownInitializers.get(layer)?.get(name) ?? declaredFill(layer, part);
      tf.tidy(() => {
        const stream = `weights/${index}`;
        const random = createRandomSource({ seed, stream, step: tf.scalar(0, 'int32') });
        const shape = weight.shape as number[];
        variableOf(weight).assign(fill({ shape, random: named(random, part) }));
      });
    }
  });
}

function declaredFill(layer: Layer, part: string): Fill {
  const initializer = findInitializer(layer, part);
  return (weight) => fillAsDeclared(initializer, weight);
}

/** Finds the initialiser of a weight by its name: kernel, bias, gamma, moving_mean, depthwise_kernel, ... */
function findInitializer(layer: { readonly name: string }, part: string): Initializer {
  const key = `${part.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())}Initializer`;
  const initializer = (layer as unknown as Record<string, Initializer | undefined>)[key];
  if (!initializer) throw unsupported(`Layer "${layer.name}" has no initialiser for its "${part}"`);
  return initializer;
}

/** One weight, one stream: the weight's name stands before whatever the initialiser draws. */
function named(random: EngineRandomSource, part: string): EngineRandomSource {
  return {
    seeds: (name) => random.seeds(`${part}/${name}`),
    uniform: (name, options) => random.uniform(`${part}/${name}`, options),
    uniformByIndex: (name, options) => random.uniformByIndex(`${part}/${name}`, options),
    normal: (name, options) => random.normal(`${part}/${name}`, options),
  };
}

function fillAsDeclared(initializer: Initializer, { shape, random }: WeightToFill): Tensor {
  const tf = tensorflow();
  const config = initializer.getConfig();
  const number = (key: string): number => Number(config[key]);
  const kind = initializer.getClassName();
  switch (kind) {
    case 'Zeros':
      return tf.zeros([...shape]);
    case 'Ones':
      return tf.ones([...shape]);
    case 'Constant':
      return tf.fill([...shape], number('value'));
    case 'RandomUniform':
      return random.uniform('uniform', { shape, low: number('minval'), high: number('maxval') });
    case 'RandomNormal':
    case 'TruncatedNormal':
      return random
        .normal('normal', { shape, truncated: kind === 'TruncatedNormal' })
        .mul(number('stddev'))
        .add(number('mean'));
    case 'VarianceScaling':
      return scaleVariance(config, { shape, random });
    default:
      throw unsupported(`The initialiser ${kind} cannot follow the trial's seed`);
  }
}

/** Source: Keras' VarianceScaling; 0.8796... is the deviation of a normal distribution cut at two deviations. */
function scaleVariance(
  config: Readonly<Record<string, unknown>>,
  { shape, random }: WeightToFill,
): Tensor {
  const { fanIn, fanOut } = fans(shape);
  const fan = { fanIn, fanOut, fanAvg: (fanIn + fanOut) / 2 }[config.mode as 'fanIn'];
  const variance = Number(config.scale) / Math.max(1, fan);
  if (config.distribution === 'uniform') {
    const limit = Math.sqrt(3 * variance);
    return random.uniform('uniform', { shape, low: -limit, high: limit });
  }
  const truncated = random.normal('normal', { shape, truncated: true });
  return truncated.mul(Math.sqrt(variance) / 0.8796256610342398);
}

/** Inputs and outputs of one unit: the last two axes, times the receptive field before them. */
function fans(shape: readonly number[]): { fanIn: number; fanOut: number } {
  const field = shape.slice(0, -2).reduce((product, size) => product * size, 1);
  return { fanIn: field * (shape.at(-2) ?? 1), fanOut: field * (shape.at(-1) ?? 1) };
}

/**
 * Draws a matrix whose columns, or rows if those are fewer, have length 1 and stand at right angles; all axes but the last
 * count as one. Source: Keras' Orthogonal.
 */
export function drawOrthogonal({ shape, random }: WeightToFill): Tensor {
  const columns = shape.at(-1) ?? 1;
  const rows = shape.reduce((product, size) => product * size, 1) / columns;
  const [long, short] = [Math.max(rows, columns), Math.min(rows, columns)];
  const drawn = random.normal('normal', { shape: [long, short], truncated: false });
  const [q, r] = runKernelWithOutputs(
    {
      name: 'Qr',
      attributes: { T: attribute.type('float32'), full_matrices: attribute.bool(false) },
      inputs: [drawn],
    },
    2,
  ) as [Tensor, Tensor];
  // The signs of r's diagonal are a choice of the algorithm: undone, q is uniformly distributed.
  const signs = tensorflow()
    .sum(r.mul(tensorflow().eye(short)), 1)
    .sign();
  const matrix = q.mul(signs);
  return (rows < columns ? matrix.transpose() : matrix).reshape([...shape]);
}

function unsupported(message: string): UserError {
  return new UserError(`${message}.`, {
    hint: 'Use one of zeros, ones, constant, randomUniform, randomNormal, truncatedNormal, glorot*, he* or lecun*.',
  });
}
