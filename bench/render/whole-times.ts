import type { Measurement, SectionName } from '../measurement.js';
import { casesOf } from './cases.js';
import { renderSeconds, renderSpread } from './quantities.js';
import { spreadOf } from './statistics.js';
import { renderTable } from './table.js';

/** Renders times that stand for themselves, a row each. */
export function renderWholeTimes(
  measurements: readonly Measurement[],
  section: SectionName,
): string {
  const rows = casesOf(measurements, section).flatMap(({ name, sides }) =>
    sides.map(({ side, rounds, skipped }) => [
      name,
      side,
      rounds.size > 0
        ? renderSpread(spreadOf([...rounds.values()]), renderSeconds)
        : `skipped: ${skipped}`,
    ]),
  );
  return renderTable({ header: ['what', 'of', 'time'], rows });
}
