import type { StageOptions } from '#prep-lab/experiment/experiment.js';

/** A stage whose price for one batch is compared with that of the layer or transform of the same name elsewhere. */
export interface LayerCase {
  readonly name: string;
  readonly stage: StageOptions;
  /** Who has one: `bench/peers/keras_layers.py` and `torchvision_transforms.py` know it by the case's name. */
  readonly peers: readonly ('Keras' | 'torchvision')[];
}

/** How the cases of a section begin that compare layers alone. */
export const layersCase = 'alone';

const both = ['Keras', 'torchvision'] as const;

export const layerCases: readonly LayerCase[] = [
  { name: 'rand-augment', stage: { name: 'rand-augment' }, peers: both },
  { name: 'trivial-augment', stage: { name: 'trivial-augment' }, peers: ['torchvision'] },
  { name: 'auto-augment', stage: { name: 'auto-augment' }, peers: ['torchvision'] },
  { name: 'aug-mix', stage: { name: 'aug-mix' }, peers: both },
  { name: 'random-erasing', stage: { name: 'random-erasing' }, peers: both },
  {
    name: 'random-affine',
    stage: {
      name: 'random-affine',
      degrees: 15,
      translate: [0.1, 0.1],
      scale: [0.9, 1.1],
      shearX: 5,
    },
    peers: ['torchvision'],
  },
  { name: 'random-perspective', stage: { name: 'random-perspective' }, peers: both },
  { name: 'elastic', stage: { name: 'elastic' }, peers: both },
];
