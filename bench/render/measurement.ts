import type { Measurement } from '../measurement.js';
import { renderSeconds } from './quantities.js';
import { median } from './statistics.js';

/** Renders the line that shows how the benchmark goes on. */
export function renderMeasurement(measurement: Measurement): string {
  const { section, side } = measurement;
  const place = `${section}, ${measurement.case}: ${side}`;
  if (measurement.status === 'skipped') return `${place}: skipped, ${measurement.reason}`;
  return `${place}: ${renderSeconds(median(measurement.seconds))} (round ${measurement.round})`;
}
