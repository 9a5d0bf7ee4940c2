import type { BenchResults, Measured, Measurement } from '../../bench/measurement.js';

/** A measurement with one sample. */
export function measured(
  place: Pick<Measured, 'section' | 'case' | 'side'>,
  round: number,
  seconds: number | readonly number[],
): Measured {
  const samples = typeof seconds === 'number' ? [seconds] : [...seconds];
  return { status: 'measured', ...place, round, seconds: samples };
}

/** One side of a case of steps, a sample a round. */
export function step(side: string, seconds: readonly number[], name = 'baseline, batch 64') {
  return seconds.map((value, index) =>
    measured({ section: 'steps', case: name, side }, index + 1, value),
  );
}

/** Results of a quiet machine. */
export function resultsOf(measurements: readonly Measurement[]): BenchResults {
  return {
    format: 'prep-lab benchmark',
    version: 1,
    startedAt: '2026-03-04T05:06:07.000Z',
    machine: {
      processor: 'Some CPU',
      cores: 2,
      memoryBytes: 8 * 2 ** 30,
      system: 'Linux 6',
      gpus: [],
      node: 'v20.20.2',
      loadAtStart: 0.1,
      prepLab: '0.1.0 (abc1234)',
    },
    settings: { device: 'cpu', threads: 2, size: 'full' },
    measurements,
  };
}
