import type { Measured, Measurement } from '../measurement.js';
import { noneCase } from '../sides/stage-cases.js';
import { casesOf } from './cases.js';
import { renderChange, renderSeconds, renderSpread } from './quantities.js';
import { type Rounds, ratioOf, type Spread, spreadOf } from './statistics.js';
import { renderTable } from './table.js';

/** What one pipeline adds to the step. */
export interface StageCost {
  readonly name: string;
  readonly seconds: Spread;
  /** Relative to minmax alone, turn by turn; 0.3 is 30 % more. */
  readonly added: Spread;
}

/** Compares every pipeline's turns with those of minmax alone. */
export function computeStageCosts(measurements: readonly Measurement[]): readonly StageCost[] {
  const cases = casesOf(measurements, 'stages').map(({ name, sides }) => ({
    name,
    turns: turnsOf(sides.flatMap(({ measured }) => measured)),
  }));
  const none = cases.find(({ name }) => name === noneCase)?.turns;
  if (!none) return [];
  return cases.flatMap(({ name, turns }) => {
    const ratio = ratioOf(turns, none);
    return ratio ? [{ name, seconds: spreadOf([...turns.values()]), added: lessOne(ratio) }] : [];
  });
}

export function renderStages(measurements: readonly Measurement[]): string {
  const costs = computeStageCosts(measurements);
  if (costs.length === 0) return 'Not measured.';
  const rows = costs.map(({ name, seconds, added }) => [
    name,
    renderSpread(seconds, renderSeconds),
    name === noneCase ? 'reference' : renderSpread(added, renderChange),
  ]);
  return renderTable({ header: ['stages before the baseline', 'a step', 'added'], rows });
}

/** A turn is the same moment for all pipelines, so it counts as a round. */
function turnsOf(measured: readonly Measured[]): Rounds {
  return new Map(
    measured.flatMap(({ round, seconds }) =>
      seconds.map((value, turn) => [`${round}/${turn}`, value] as const),
    ),
  );
}

function lessOne({ median, min, max, count }: Spread): Spread {
  return { median: median - 1, min: min - 1, max: max - 1, count };
}
