import type { Diagnostics, InputStatistics } from '../../src/results/diagnostics.js';

/** Diagnostics of a training in which nothing is wrong: 100 images a class, 70 of them right. */
export function diagnostics(changes: Partial<Diagnostics> = {}): Diagnostics {
  return {
    gradientNorm: { firstSteps: [3.2, 2.9, 2.4, 2.2], epochs: [2.1, 1.8, 1.6] },
    deadRelus: [{ layer: 'conv_1', share: 0.03 }],
    input: { train: inputStatistics(), test: inputStatistics(), shift: 0.04 },
    classAccuracy: new Array(10).fill(0.7),
    confusion: confusion(),
    calibration: { expectedError: 0.03, bins: bins() },
    ...changes,
  };
}

/** Of 2,000 images scaled to 0..1. */
export function inputStatistics(changes: Partial<InputStatistics> = {}): InputStatistics {
  return {
    imageCount: 2000,
    mean: [0.49, 0.48, 0.45],
    std: [0.25, 0.24, 0.26],
    min: 0,
    max: 1,
    saturatedShare: 0.02,
    constantShare: 0,
    ...changes,
  };
}

/** 70 right and 30 taken for the next class. */
export function confusion(): number[][] {
  return Array.from({ length: 10 }, (_, truth) =>
    Array.from({ length: 10 }, (_, predicted) =>
      predicted === truth ? 70 : predicted === (truth + 1) % 10 ? 30 : 0,
    ),
  );
}

function bins(): Diagnostics['calibration']['bins'] {
  return [
    { confidence: 0.55, accuracy: 0.52, count: 400 },
    { confidence: 0.85, accuracy: 0.82, count: 600 },
  ];
}
