import type { PeerName } from './peers/environment.js';
import type { TrainingRequest, Variant } from './training-request.js';

/** One way to train: a program and its settings. */
export interface TrainingSide {
  readonly name: string;
  readonly program: 'prep-lab' | 'tfjs-layers' | PeerName;
  readonly variant: Variant;
  /** For comparison only: one round says enough, and saves minutes. */
  readonly once?: true;
}

/** The side that all ratios refer to. */
export const referenceSide = 'prep-lab';
/** The side that the peers in mixed precision are compared with. */
export const mixedReferenceSide = 'prep-lab, mixed-bfloat16';

const ours: readonly TrainingSide[] = [
  { name: referenceSide, program: 'prep-lab', variant: {} },
  { name: 'prep-lab --eager', program: 'prep-lab', variant: { execution: 'eager' }, once: true },
  { name: 'tfjs-layers', program: 'tfjs-layers', variant: {}, once: true },
];

const keras: readonly TrainingSide[] = [
  { name: 'Keras', program: 'keras', variant: { jit: false } },
  { name: 'Keras, jit_compile', program: 'keras', variant: { jit: true } },
];

const pytorch: readonly TrainingSide[] = [
  { name: 'PyTorch', program: 'pytorch', variant: {} },
  { name: 'PyTorch, torch.compile', program: 'pytorch', variant: { compile: 'default' } },
];

/** Mixed precision on every side. */
const mixed: readonly TrainingSide[] = [
  { name: mixedReferenceSide, program: 'prep-lab', variant: { precision: 'bfloat16' } },
  { name: 'Keras, mixed_bfloat16', program: 'keras', variant: { precision: 'bfloat16' } },
  { name: 'PyTorch, autocast bfloat16', program: 'pytorch', variant: { precision: 'bfloat16' } },
];

/** Without CUDA graphs a GPU waits for Python; bfloat16 is what a GPU's matrix units are made for. */
const onGpu: readonly TrainingSide[] = [
  {
    name: 'PyTorch, CUDA graphs',
    program: 'pytorch',
    variant: { compile: 'reduce-overhead' },
  },
  {
    name: 'PyTorch, torch.compile, bfloat16',
    program: 'pytorch',
    variant: { compile: 'default', precision: 'bfloat16' },
  },
  {
    name: 'PyTorch, CUDA graphs, bfloat16',
    program: 'pytorch',
    variant: { compile: 'reduce-overhead', precision: 'bfloat16' },
  },
  {
    name: 'Keras, jit_compile, bfloat16',
    program: 'keras',
    variant: { jit: true, precision: 'bfloat16' },
  },
];

/** Returns the names of the peers that take the bare step in a precision. */
export function stepPeers(precision: TrainingRequest['precision']): string[] {
  return stepSides('cpu')
    .filter(({ program }) => program === 'keras' || program === 'pytorch')
    .filter(({ variant }) => (variant.precision ?? 'float32') === precision)
    .map(({ name }) => name);
}

/** The sides of the bare step. */
export function stepSides(device: 'cpu' | 'gpu'): readonly TrainingSide[] {
  return [...ours, ...keras, ...pytorch, ...mixed, ...(device === 'gpu' ? onGpu : [])];
}

/** The sides of the geometric epoch. Keras switches XLA off by itself for its image layers, so it has one side. */
export function epochSides(device: 'cpu' | 'gpu'): readonly TrainingSide[] {
  const sides: readonly TrainingSide[] = [
    { name: referenceSide, program: 'prep-lab', variant: { augmentation: 'each' } },
    { name: 'prep-lab, resampled once', program: 'prep-lab', variant: { augmentation: 'once' } },
    { name: 'prep-lab, no augmentation', program: 'prep-lab', variant: {} },
    { name: 'Keras', program: 'keras', variant: { augmentation: 'each' } },
    { name: 'Keras, no augmentation', program: 'keras', variant: {} },
    { name: 'PyTorch', program: 'pytorch', variant: { augmentation: 'each' } },
    { name: 'PyTorch, resampled once', program: 'pytorch', variant: { augmentation: 'once' } },
  ];
  const compiled = (side: TrainingSide): TrainingSide => ({
    ...side,
    variant: { ...side.variant, augmentation: 'each' },
  });
  const compiledPytorch = [...pytorch.slice(1), ...onGpu].filter(
    ({ program }) => program === 'pytorch',
  );
  return device === 'gpu' ? [...sides, ...compiledPytorch.map(compiled)] : sides;
}
