import type { SectionName } from './measurement.js';

/** How much is measured. */
export interface Sizes {
  /** Rounds a section: in each round every side runs once. */
  readonly rounds: Readonly<Record<SectionName, number>>;
  readonly steps: readonly StepsSize[];
  readonly record: Pick<StepsSize, 'steps' | 'epochs' | 'batchSize'>;
  readonly epoch: { readonly trainCount: number; readonly testCount: number };
  /** One process measures all stages: `turns` times, some steps of each in turn. */
  readonly stages: { readonly steps: number; readonly turns: number };
  /** Stages alone: `turns` times, some calls of each in turn. */
  readonly layers: { readonly calls: number; readonly turns: number };
  readonly growth: GrowthSize;
}

export interface StepsSize {
  readonly net: 'baseline' | 'deep';
  readonly batchSize: number;
  /** Steps an epoch; the first epoch warms up and does not count. */
  readonly steps: number;
  readonly epochs: number;
}

interface GrowthSize {
  /** Of plans whose trials take no time: multiples of ten. */
  readonly trialCounts: readonly number[];
  readonly imageCounts: readonly number[];
  readonly experimentCounts: readonly number[];
  readonly imagesAnExperiment: number;
  readonly imagesATrial: number;
}

/** Two cores take about twelve minutes for it. */
const full: Sizes = {
  rounds: { steps: 3, record: 3, epoch: 3, stages: 1, 'start-up': 3, growth: 2 },
  steps: [
    { net: 'baseline', batchSize: 64, steps: 50, epochs: 3 },
    { net: 'deep', batchSize: 128, steps: 4, epochs: 2 },
  ],
  record: { batchSize: 2000, steps: 4, epochs: 2 },
  epoch: { trainCount: 10_000, testCount: 2_000 },
  stages: { steps: 12, turns: 15 },
  layers: { calls: 10, turns: 15 },
  growth: {
    trialCounts: [10, 100, 1_000, 10_000],
    imageCounts: [1_000, 3_000, 9_000],
    experimentCounts: [1, 2, 4],
    imagesAnExperiment: 2_000,
    imagesATrial: 8_000,
  },
};

/** Shows that everything works; its figures mean nothing. */
const quick: Sizes = {
  rounds: { steps: 1, record: 1, epoch: 1, stages: 1, 'start-up': 1, growth: 1 },
  steps: [
    { net: 'baseline', batchSize: 64, steps: 4, epochs: 2 },
    { net: 'deep', batchSize: 128, steps: 1, epochs: 2 },
  ],
  record: { batchSize: 100, steps: 1, epochs: 2 },
  epoch: { trainCount: 320, testCount: 500 },
  stages: { steps: 2, turns: 2 },
  layers: { calls: 1, turns: 2 },
  growth: {
    trialCounts: [10, 100],
    imageCounts: [200, 400],
    experimentCounts: [1, 2],
    imagesAnExperiment: 200,
    imagesATrial: 400,
  },
};

/** A GPU's step is short: more of them for the same spread. */
const gpu: Sizes = {
  ...full,
  steps: [
    { net: 'baseline', batchSize: 64, steps: 500, epochs: 4 },
    { net: 'deep', batchSize: 128, steps: 200, epochs: 4 },
  ],
  record: { batchSize: 2000, steps: 25, epochs: 3 },
  epoch: { trainCount: 50_000, testCount: 10_000 },
  stages: { steps: 100, turns: 15 },
};

export function chooseSizes(size: 'full' | 'quick', device: 'cpu' | 'gpu'): Sizes {
  if (size === 'quick') return quick;
  return device === 'gpu' ? gpu : full;
}
