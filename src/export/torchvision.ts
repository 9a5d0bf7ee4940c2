import { renderPython } from '../text/python.js';
import type { ExportFormat } from './format.js';
import { type NpyArray, packNpz } from './npz.js';
import { packCheck, renderCheck } from './python-check.js';
import {
  createNumberStore,
  type PlacedLayer,
  type PythonStage,
  placeNetwork,
  renderLogits,
  writeStages,
} from './python-network.js';
import { renderTorchLayer, torchWeights } from './torch-layers.js';
import type { TrainedNetwork } from './trained-network.js';

/** A torch module with its weights, and the stages as transforms of torchvision. */
export const torchvision: ExportFormat = {
  name: 'torchvision',
  summary: 'Python code for PyTorch, with the stages as transforms of torchvision',
  write(network, sample) {
    const store = createNumberStore();
    const stages = writeStages(network, 'torchvision', store);
    const layers = placeNetwork(network);
    const state: Record<string, NpyArray> = {};
    for (const layer of layers) {
      for (const [part, array] of torchWeights(layer))
        state[`network/${layer.name}.${part}`] = array;
    }
    return {
      'model.py': renderModel(network, stages, layers),
      'weights.npz': packNpz({ ...store.arrays, ...state }),
      'check.py': renderCheck('PyTorch', [
        'import torch',
        '',
        'from model import Classifier',
        '',
        'classifier = Classifier().eval()',
        '',
        '',
        'def judge(images):',
        '    with torch.inference_mode():',
        '        return classifier(torch.from_numpy(images).permute(0, 3, 1, 2)).numpy()',
      ]),
      'check.npz': packCheck(sample, network.imageShape),
    };
  },
  check: 'python check.py',
};

function renderModel(
  { imageShape: { height, width, channels }, classNames, views }: TrainedNetwork,
  stages: readonly PythonStage[],
  layers: readonly PlacedLayer[],
): string {
  const written = layers.map(renderTorchLayer);
  const always = stages.filter(({ when }) => when === 'always');
  const helpers = renderHelpers([
    ...stages.flatMap(({ code }) => code),
    ...written.map(({ call }) => call),
  ]);
  return `"""A network for ${classNames.length} classes with its preprocessing, for PyTorch and torchvision. Written by prep-lab.

Classifier() takes images as bytes, [N, ${channels}, ${height}, ${width}], and gives probabilities. To train on, apply TRAINING to each image by
itself: a transform draws once for all images that it is given.
"""

import pathlib

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torchvision.transforms import v2

CLASSES = ${renderPython(classNames)}

weights = np.load(pathlib.Path(__file__).with_name("weights.npz"))

${helpers}
# What test images pass.
PREPROCESSING = v2.Compose([
${renderTransforms(always)}
])

# What training images pass.
TRAINING = v2.Compose([
${renderTransforms(stages)}
])


class Network(nn.Module):
    """Preprocessed images to logits."""

    def __init__(self):
        super().__init__()
${written
  .flatMap(({ name, create }) => (create ? [`        self.${name} = ${create}`] : []))
  .join('\n')}

    def forward(self, images):
${written.map(({ name, call }) => `        ${name} = ${call}`).join('\n')}
        return ${layers.at(-1)?.name ?? 'images'}


class Classifier(nn.Module):
    """Bytes to probabilities, with the trained weights."""

    def __init__(self):
        super().__init__()
        self.network = Network()
        state = {key[8:]: torch.from_numpy(weights[key]) for key in weights.files if key.startswith("network/")}
        counters = {key: value for key, value in self.network.state_dict().items() if key.endswith("num_batches_tracked")}
        self.network.load_state_dict(state | counters)

    def forward(self, images):
        x = PREPROCESSING(images)
        logits = ${renderLogits('self.network', views)}
        return logits.softmax(1)
${views ? renderViews() : ''}`;
}

function renderTransforms(stages: readonly PythonStage[]): string {
  const lines = stages.flatMap(({ code }) =>
    code.map((line) => (line.startsWith('#') ? line : `${line},`)),
  );
  return ['v2.ToDtype(torch.float32, scale=False),', ...lines]
    .map((line) => `    ${line}`)
    .join('\n');
}

function renderViews(): string {
  return `

def view(x, down, right, mirror):
    """Images moved by so many pixels, the border reflected, then mirrored. A recipe judges test images by several."""
    rows, columns = abs(down), abs(right)
    height, width = x.shape[2:]
    if rows or columns:
        x = F.pad(x, (columns, columns, rows, rows), mode="reflect")
        x = x[:, :, rows - down : rows - down + height, columns - right : columns - right + width]
    return x.flip(3) if mirror else x
`;
}

/** What the code uses and torch does not have, by name. */
const helpers: Readonly<Record<string, string>> = {
  Standardise: `class Standardise(nn.Module):
    """(x - mean) / divisor, each with a number for each value of an image."""

    def __init__(self, mean, divisor):
        super().__init__()
        self.mean, self.divisor = torch.from_numpy(mean), torch.from_numpy(divisor)

    def forward(self, x):
        return (x - self.mean) / self.divisor
`,
  average: `def average(x, size, strides, padding):
    """The mean of each window, where what is padded does not count."""
    sums = F.avg_pool2d(F.pad(x, padding), size, strides)
    return sums / F.avg_pool2d(F.pad(torch.ones_like(x[:1, :1]), padding), size, strides)
`,
};

function renderHelpers(code: readonly string[]): string {
  const used = Object.entries(helpers).filter(([name]) =>
    code.some((line) => line.startsWith(`${name}(`)),
  );
  return used.map(([, text]) => `\n${text}\n`).join('');
}
