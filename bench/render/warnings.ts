import type { BenchResults, Measurement } from '../measurement.js';
import { casesOf } from './cases.js';

/** Returns what a reader must know before trusting the figures, a sentence each. */
export function computeWarnings({ machine, settings, measurements }: BenchResults): string[] {
  const warnings = [];
  if (settings.size === 'quick') {
    warnings.push('A quick run: it shows that everything works, and its figures mean nothing.');
  }
  if (machine.loadAtStart > machine.cores / 2) {
    const load = machine.loadAtStart.toFixed(1);
    warnings.push(
      `The machine was busy when this began (load ${load} on ${machine.cores} cores): do not trust the figures.`,
    );
  }
  return [...warnings, ...findDifferentNets(measurements)];
}

/** Sides of one case must train one net; their numbers of parameters show it. */
function findDifferentNets(measurements: readonly Measurement[]): string[] {
  const cases = [...casesOf(measurements, 'steps'), ...casesOf(measurements, 'epoch')];
  return cases.flatMap(({ name, sides }) => {
    const counts = sides.flatMap((side) => side.measured.map((one) => one.parameterCount));
    const different = [...new Set(counts)];
    return different.length > 1
      ? [`The sides of "${name}" train different nets, of ${different.join(' and ')} parameters.`]
      : [];
  });
}
