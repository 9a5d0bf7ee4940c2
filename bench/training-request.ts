import type { Settings } from './measurement.js';

/** What a side is asked to train: its first argument, as JSON. The Python peers read the same. */
export interface TrainingRequest extends Omit<Settings, 'size'> {
  readonly net: 'baseline' | 'deep';
  readonly batchSize: number;
  readonly trainCount: number;
  /** 0: no evaluation after each epoch. */
  readonly testCount: number;
  readonly testBatchSize: number;
  /** The first one is not counted. */
  readonly epochs: number;
  /** Flip, rotation 0.1, zoom 0.1: resampled by each or once. */
  readonly augmentation: 'none' | 'each' | 'once';
  readonly dataFolder: string;
  /** prep-lab alone. */
  readonly execution: 'graph' | 'eager';
  /** Keras alone: `jit_compile`. */
  readonly jit: boolean;
  /** PyTorch alone: the mode of `torch.compile`. */
  readonly compile: 'off' | 'default' | 'reduce-overhead';
  /** `bfloat16`: mixed precision, as each side calls it. */
  readonly precision: 'float32' | 'bfloat16';
}

/** What sides of one case differ in. */
export type Variant = Partial<
  Pick<TrainingRequest, 'augmentation' | 'execution' | 'jit' | 'compile' | 'precision'>
>;

export const plainVariant = {
  augmentation: 'none',
  execution: 'graph',
  jit: false,
  compile: 'off',
  precision: 'float32',
} as const satisfies Required<Variant>;
