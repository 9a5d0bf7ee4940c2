import { callPython, type PythonValue, renderPython } from '../text/python.js';
import type { ExportFormat } from './format.js';
import { packNpz } from './npz.js';
import { packCheck, renderCheck } from './python-check.js';
import {
  createNumberStore,
  missingLayer,
  type PlacedLayer,
  type PythonStage,
  placeNetwork,
  renderLogits,
  writeStages,
} from './python-network.js';
import type { TrainedNetwork } from './trained-network.js';

/** Keras code that builds the model, augmentation included, with its weights. */
export const keras: ExportFormat = {
  name: 'keras',
  summary: 'Python code for Keras 3, with the augmentation as layers',
  write(network, sample) {
    const store = createNumberStore();
    const stages = writeStages(network, 'keras', store);
    const layers = placeNetwork(network);
    for (const { name, weights } of layers) {
      for (const [part, array] of weights) store.arrays[`${name}/${part}`] = array;
    }
    return {
      'model.py': renderModel(network, stages, layers),
      'weights.npz': packNpz(store.arrays),
      'check.py': renderCheck('Keras', [
        'from model import build',
        '',
        'model = build()',
        'judge = lambda images: model.predict(images, batch_size=500, verbose=0)',
      ]),
      'check.npz': packCheck(sample, network.imageShape),
    };
  },
  check: 'python check.py',
};

function renderModel(
  network: TrainedNetwork,
  stages: readonly PythonStage[],
  layers: readonly PlacedLayer[],
): string {
  const { imageShape, pipeline, classNames, views } = network;
  const { height, width, channels } = imageShape;
  const entering = pipeline.outputShape;
  const lines = stages.flatMap(({ code, when }) =>
    code.map((expression) =>
      expression.startsWith('#')
        ? expression
        : `x = ${expression}(x)${when === 'train' ? '  # in training only' : ''}`,
    ),
  );
  return `"""A network for ${classNames.length} classes with its preprocessing, for Keras 3. Written by prep-lab.

build() takes images as bytes, [N, ${height}, ${width}, ${channels}], and gives probabilities. Layers of augmentation act in training only.
"""

import pathlib

import keras
import numpy as np
from keras import layers, ops

CLASSES = ${renderPython(classNames)}


def build_network():
    """Preprocessed images to logits."""
    images = keras.Input((${entering.height}, ${entering.width}, ${entering.channels}), name="preprocessed")
${indent(layers.map(renderLayer))}
    return keras.Model(images, ${layers.at(-1)?.name ?? 'images'}, name="network")

${views ? `\n${renderViews()}\n` : ''}
def build(weights_file=pathlib.Path(__file__).with_name("weights.npz")):
    """Bytes to probabilities, with the trained weights."""
    weights = np.load(weights_file)
    images = keras.Input((${height}, ${width}, ${channels}), dtype="uint8", name="images")
    x = ops.cast(images, "float32")
${indent(lines)}
    network = build_network()
    for layer in network.layers:
        layer.set_weights([weights[key] for key in weights.files if key.startswith(f"{layer.name}/")])
    logits = ${renderLogits('network', views)}
    return keras.Model(images, layers.Softmax(name="probabilities")(logits))
`;
}

function indent(lines: readonly string[]): string {
  return lines.map((line) => `    ${line}`).join('\n');
}

function renderViews(): string {
  return `def view(x, down, right, mirror):
    """Images moved by so many pixels, the border reflected, then mirrored. A recipe judges test images by several."""
    rows, columns = abs(down), abs(right)
    height, width = x.shape[1:3]
    if rows or columns:
        x = ops.pad(x, [(0, 0), (rows, rows), (columns, columns), (0, 0)], mode="reflect")
        x = x[:, rows - down : rows - down + height, columns - right : columns - right + width]
    return ops.flip(x, 2) if mirror else x

`;
}

/** Activations by tfjs-layers' names. */
const activations: Readonly<Record<string, PythonValue>> = {
  relu: 'relu',
  gelu: 'gelu',
  gelu_new: { code: 'lambda x: keras.activations.gelu(x, approximate=True)' },
  swish: 'silu',
};

function renderLayer(layer: PlacedLayer): string {
  const { name, inputs, kind } = layer;
  const given = kind === 'Add' ? `[${inputs.join(', ')}]` : inputs[0];
  return `${name} = ${renderConstructor(layer)}(${given})`;
}

function renderConstructor(layer: PlacedLayer): string {
  const { kind, config, name } = layer;
  const read = (key: string) => config[key] as PythonValue;
  const make = (
    positional: readonly PythonValue[],
    named: Readonly<Record<string, PythonValue | undefined>> = {},
  ) => callPython(`layers.${kind}`, positional, { ...named, name });
  const activation = layer.activation === 'linear' ? undefined : activations[layer.activation];
  if (layer.activation !== 'linear' && activation === undefined) {
    throw missingLayer(layer, 'Keras');
  }
  const windows = { strides: read('strides'), padding: read('padding') };
  const weighted = { use_bias: read('useBias'), activation };
  switch (kind) {
    case 'Conv2D':
      return make([read('filters'), read('kernelSize')], { ...windows, ...weighted });
    case 'DepthwiseConv2D':
      return make([read('kernelSize')], {
        ...windows,
        depth_multiplier: read('depthMultiplier'),
        ...weighted,
      });
    case 'Dense':
      return make([read('units')], weighted);
    case 'BatchNormalization':
      return make([], {
        momentum: read('momentum'),
        epsilon: read('epsilon'),
        center: read('center'),
        scale: read('scale'),
      });
    case 'MaxPooling2D':
    case 'AveragePooling2D':
      return make([read('poolSize')], windows);
    case 'GlobalAveragePooling2D':
    case 'Flatten':
    case 'Add':
      return make([]);
    case 'Dropout':
      return make([read('rate')]);
    case 'Activation':
      return make([activation ?? 'linear']);
    case 'ReLU':
      return make([read('maxValue') ?? null]);
    case 'LeakyReLU':
      return make([], { negative_slope: read('alpha') });
    case 'Rescaling':
      return make([read('scale'), read('offset')]);
    default:
      throw missingLayer(layer, 'Keras');
  }
}
