import { callPython, type PythonValue, renderPython } from '../text/python.js';
import type { NpyArray } from './npz.js';
import { missingLayer, type PlacedLayer } from './python-network.js';

/** A layer in torch: what makes its module, where it has weights or acts in training, and how it is called. */
export interface TorchLayer {
  readonly name: string;
  readonly create?: string;
  readonly call: string;
}

type Named = Readonly<Record<string, PythonValue | undefined>>;
type Pair = readonly [number, number];

/** Activations by tfjs-layers' names, around what they apply to. */
const activations: Readonly<Record<string, readonly [before: string, after: string]>> = {
  linear: ['', ''],
  relu: ['F.relu(', ')'],
  gelu: ['F.gelu(', ')'],
  gelu_new: ['F.gelu(', ', approximate="tanh")'],
  swish: ['F.silu(', ')'],
};

/** Writes a layer. Images are [N, C, H, W]. @throws UserError for one that cannot be written. */
export function renderTorchLayer(layer: PlacedLayer): TorchLayer {
  const { name, activation } = layer;
  const x = layer.inputs[0] as string;
  const around = activations[activation];
  if (!around) throw missingLayer(layer, 'PyTorch');
  const activate = (code: string) => `${around[0]}${code}${around[1]}`;
  const asModule = (create: string, input = x) => ({
    name,
    create,
    call: activate(`self.${name}(${input})`),
  });
  const read = <T>(key: string) => layer.config[key] as T;
  const plain = (call: string) => ({ name, call });
  switch (layer.kind) {
    case 'Conv2D':
    case 'DepthwiseConv2D':
      return asModule(createConvolution(layer), padded(layer, 'kernelSize', x));
    case 'Dense':
      return asModule(
        callPython('nn.Linear', [layer.inputShape[0] as number, read<number>('units')], {
          bias: read<boolean>('useBias') ? undefined : false,
        }),
      );
    case 'BatchNormalization':
      return asModule(createNormalization(layer));
    case 'MaxPooling2D': {
      const windows = [read<PythonValue>('poolSize'), read<PythonValue>('strides')];
      const input = padded(layer, 'poolSize', x, 'float("-inf")');
      return plain(callPython('F.max_pool2d', [{ code: input }, ...windows]));
    }
    case 'AveragePooling2D': {
      const windows = [{ code: x }, read<PythonValue>('poolSize'), read<PythonValue>('strides')];
      const padding = paddingOf(layer, 'poolSize');
      return plain(
        padding.some((pixels) => pixels > 0)
          ? callPython('average', [...windows, padding])
          : callPython('F.avg_pool2d', windows),
      );
    }
    case 'GlobalAveragePooling2D':
      return plain(`${x}.mean((2, 3))`);
    case 'Flatten':
      // Row by row, the channels of a pixel side by side, as the dense layer behind it learned them.
      return plain(layer.inputShape.length === 3 ? `${x}.permute(0, 2, 3, 1).flatten(1)` : x);
    case 'Dropout':
      return asModule(callPython('nn.Dropout', [read<number>('rate')]));
    case 'Activation':
      return plain(activate(x));
    case 'ReLU':
      return plain(
        (read<number | null>('maxValue') ?? null) === null
          ? `F.relu(${x})`
          : `${x}.clamp(0, ${read<number>('maxValue')})`,
      );
    case 'LeakyReLU':
      return plain(callPython('F.leaky_relu', [{ code: x }, read<number>('alpha')]));
    case 'Rescaling':
      return plain(`${x} * ${read<number>('scale')} + ${read<number>('offset')}`);
    case 'Add':
      return plain(layer.inputs.join(' + '));
    default:
      throw missingLayer(layer, 'PyTorch');
  }
}

function createConvolution(layer: PlacedLayer): string {
  const { config, inputShape, outputShape } = layer;
  const channels = inputShape.at(-1) as number;
  const named: Named = {
    stride: config.strides as PythonValue,
    groups: layer.kind === 'DepthwiseConv2D' ? channels : undefined,
    bias: config.useBias ? undefined : false,
  };
  const positional = [channels, outputShape.at(-1) as number, config.kernelSize as PythonValue];
  return callPython('nn.Conv2d', positional, named);
}

function createNormalization({ config, inputShape }: PlacedLayer): string {
  const name = inputShape.length === 3 ? 'nn.BatchNorm2d' : 'nn.BatchNorm1d';
  // torch counts the other share of the moving averages.
  const momentum = Number((1 - (config.momentum as number)).toPrecision(12));
  return callPython(name, [inputShape.at(-1) as number], {
    eps: config.epsilon as number,
    momentum,
  });
}

/** Returns what a window layer takes: its input, with a border where TensorFlow's "same" has one. */
function padded(layer: PlacedLayer, size: string, x: string, value?: string): string {
  const padding = paddingOf(layer, size);
  if (padding.every((pixels) => pixels === 0)) return x;
  const filled = value === undefined ? '' : `, value=${value}`;
  return `F.pad(${x}, ${renderPython(padding)}${filled})`;
}

/**
 * Returns [left, right, top, bottom]. Formula: of n pixels, windows of k and stride s, "same" pads
 * max(0, (ceil(n / s) - 1) s + k - n) in all, the odd pixel right and below.
 */
function paddingOf({ config, inputShape }: PlacedLayer, sizeKey: string): number[] {
  if (config.padding !== 'same') return [0, 0, 0, 0];
  const sizes = config[sizeKey] as Pair;
  const strides = config.strides as Pair;
  const around = (axis: 0 | 1): Pair => {
    const [pixels, stride] = [inputShape[axis] as number, strides[axis]];
    const all = Math.max(0, (Math.ceil(pixels / stride) - 1) * stride + sizes[axis] - pixels);
    return [Math.floor(all / 2), Math.ceil(all / 2)];
  };
  return [...around(1), ...around(0)];
}

/** Returns a layer's weights as torch's module has them. */
export function torchWeights({
  kind,
  weights,
  config,
  inputShape,
}: PlacedLayer): [string, NpyArray][] {
  const named = (name: string, array: NpyArray | undefined): [string, NpyArray][] =>
    array ? [[name, array]] : [];
  if (kind === 'BatchNormalization') {
    const channels = inputShape.at(-1) as number;
    const all = (value: number): NpyArray => ({
      values: new Float32Array(channels).fill(value),
      shape: [channels],
    });
    return [
      ...named('weight', config.scale ? weights.get('gamma') : all(1)),
      ...named('bias', config.center ? weights.get('beta') : all(0)),
      ...named('running_mean', weights.get('moving_mean')),
      ...named('running_var', weights.get('moving_variance')),
    ];
  }
  const kernel = weights.get('kernel') ?? weights.get('depthwise_kernel');
  const order = { Conv2D: [3, 2, 0, 1], DepthwiseConv2D: [2, 3, 0, 1], Dense: [1, 0] }[kind];
  if (!kernel || !order) return [];
  const turned = transpose(kernel, order);
  const [inputs = 1, each = 1, ...window] = turned.shape;
  const weight =
    kind === 'DepthwiseConv2D' ? { ...turned, shape: [inputs * each, 1, ...window] } : turned;
  return [...named('weight', weight), ...named('bias', weights.get('bias'))];
}

/** Reorders axes as NumPy's transpose does. */
function transpose({ values, shape }: NpyArray, order: readonly number[]): NpyArray {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const turned = order.map((axis) => shape[axis] as number);
  const result = new Float32Array(values.length);
  const place = new Array<number>(order.length).fill(0);
  for (let index = 0; index < result.length; index++) {
    const from = order.reduce(
      (sum, axis, at) => sum + (place[at] as number) * (strides[axis] as number),
      0,
    );
    result[index] = values[from] as number;
    for (let at = order.length - 1; at >= 0; at--) {
      place[at] = (place[at] as number) + 1;
      if ((place[at] as number) < (turned[at] as number)) break;
      place[at] = 0;
    }
  }
  return { values: result, shape: turned };
}
