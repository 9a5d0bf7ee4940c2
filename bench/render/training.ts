import type { Measurement } from '../measurement.js';
import { referenceSide } from '../training-sides.js';
import { type CaseResult, casesOf, findSide, type SideResult } from './cases.js';
import { renderMegabytes, renderRatio, renderSeconds, renderSpread } from './quantities.js';
import { median, ratioOf, type Spread, spreadOf } from './statistics.js';
import { renderTable } from './table.js';

/** Renders the bare steps: a table for each net. */
export function renderSteps(measurements: readonly Measurement[]): string {
  return casesOf(measurements, 'steps')
    .map((result) => renderCase(result, 'a step'))
    .join('\n\n');
}

/** Renders the steps of the record recipe. */
export function renderRecord(measurements: readonly Measurement[]): string {
  return casesOf(measurements, 'record')
    .map((result) => renderCase(result, 'a step'))
    .join('\n\n');
}

/** Renders the geometric epochs. */
export function renderEpoch(measurements: readonly Measurement[]): string {
  return casesOf(measurements, 'epoch')
    .map((result) => renderCase(result, 'an epoch'))
    .join('\n\n');
}

function renderCase(result: CaseResult, unit: string): string {
  const header = [
    result.name,
    unit,
    `${referenceSide} is this many times as fast`,
    'start to end of first epoch',
    'peak memory',
  ];
  const reference = findSide(result, referenceSide);
  return renderTable({ header, rows: result.sides.map((side) => renderRow(side, reference)) });
}

function renderRow(side: SideResult, reference: SideResult | undefined): string[] {
  if (side.measured.length === 0) return [side.side, `skipped: ${side.skipped}`, '-', '-', '-'];
  const ready = side.measured.flatMap(({ readySeconds }) => readySeconds ?? []);
  const memory = side.measured.flatMap(({ peakMemoryBytes }) => peakMemoryBytes ?? []);
  return [
    side.side,
    renderSpread(spreadOf([...side.rounds.values()]), renderSeconds),
    side === reference
      ? 'reference'
      : renderComparison(reference && ratioOf(side.rounds, reference.rounds)),
    ready.length > 0 ? renderSeconds(median(ready)) : '-',
    memory.length > 0 ? renderMegabytes(median(memory)) : '-',
  ];
}

function renderComparison(ratio: Spread | undefined): string {
  return ratio ? renderSpread(ratio, renderRatio) : '-';
}
