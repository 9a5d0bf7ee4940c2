import type { GateComparison, GateReport, GateRules } from '../../analysis/gate/gate-result.js';
import { toPlainText } from '../../text/plain-text.js';
import { widthOf } from '../../text/wrap.js';
import {
  type GateCells,
  gateColumns,
  renderGateCells,
  renderGateHeader,
  renderNotes,
  renderOutcome,
  renderRemarks,
  renderRules,
} from './cells.js';
import { shareDifferences } from './shared-differences.js';

/** Renders comparisons for a terminal: a row an experiment, its remarks below it, what differs, the outcome. */
export function renderGateTable({ comparisons, rules }: GateReport): string {
  const blocks = comparisons.map((comparison) => renderComparison(comparison, rules));
  return `${blocks.join('\n')}\n${renderRules(rules)}\n`;
}

function renderComparison(comparison: GateComparison, rules: GateRules): string {
  const rows = comparison.arms.map((arm) => renderGateCells(arm));
  const header = Object.fromEntries(
    gateColumns.map((name) => [name, renderGateHeader(name, rules)]),
  ) as GateCells;
  const all = [header, ...rows];
  const widths = gateColumns.map((name) => Math.max(...all.map((cells) => widthOf(cells[name]))));
  const lines = comparison.arms.flatMap((arm, index) => [
    renderLine(rows[index] as GateCells, widths),
    ...renderRemarks(arm).map((remark) => `    ${remark}`),
  ]);
  const differences = shareDifferences(comparison).map(
    ({ path, base, head, where }) => `    ${path}: ${base} to ${head} (${where})`,
  );
  return [
    `base: ${toPlainText(comparison.base)}`,
    `head: ${toPlainText(comparison.head)}`,
    '',
    ...(rows.length > 0 ? [renderLine(header, widths), ...lines, ''] : []),
    ...renderNotes(comparison).map((note) => `- ${note}\n`),
    ...(differences.length > 0 ? ['What differs:', ...differences, ''] : []),
    renderOutcome(comparison),
    '',
  ].join('\n');
}

function renderLine(cells: GateCells, widths: readonly number[]): string {
  const padded = gateColumns.map((name, index) => {
    const gap = ' '.repeat((widths[index] ?? 0) - widthOf(cells[name]));
    const isNumber = name !== 'experiment' && name !== 'verdict';
    return isNumber ? gap + cells[name] : cells[name] + gap;
  });
  return padded.join('  ').trimEnd();
}
