import type {
  ArmVerdict,
  GateComparison,
  GateReport,
  GateRules,
  GateVerdict,
} from '../../analysis/gate/gate-result.js';
import { type Paint, plainPaint, type Tone } from '../../text/paint.js';
import { toPlainText } from '../../text/plain-text.js';
import { widthOf, wrapText } from '../../text/wrap.js';
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

/** How a terminal shows it. */
export interface GateStyle {
  readonly paint: Paint;
  /** The terminal's width, if it is one. */
  readonly width?: number;
}

/** Renders comparisons for a terminal: a row an experiment, its remarks below it, what differs, the outcome. */
export function renderGateTable(
  { comparisons, rules }: GateReport,
  { paint, width = Number.POSITIVE_INFINITY }: GateStyle = { paint: plainPaint },
): string {
  const blocks = comparisons.map((comparison) =>
    renderComparison(comparison, { rules, paint, width }),
  );
  return `${blocks.join('\n')}\n${wrapText(renderRules(rules), width).join('\n')}\n`;
}

interface Look {
  readonly rules: GateRules;
  readonly paint: Paint;
  readonly width: number;
}

function renderComparison(comparison: GateComparison, { rules, paint, width }: Look): string {
  const rows = comparison.arms.map((arm) => renderGateCells(arm));
  const header = Object.fromEntries(
    gateColumns.map((name) => [name, renderGateHeader(name, rules)]),
  ) as GateCells;
  const all = [header, ...rows];
  const widths = gateColumns.map((name) => Math.max(...all.map((cells) => widthOf(cells[name]))));
  const lines = comparison.arms.flatMap((arm, index) => [
    paintVerdict(renderLine(rows[index] as GateCells, widths), arm, paint),
    ...renderRemarks(arm).flatMap((remark) => indent(remark, { lead: '    ', width })),
  ]);
  const differences = shareDifferences(comparison).flatMap(({ path, base, head, where }) =>
    indent(`${path}: ${base} to ${head} (${where})`, { lead: '    ', width }),
  );
  return [
    `base: ${toPlainText(comparison.base)}`,
    `head: ${toPlainText(comparison.head)}`,
    '',
    ...(rows.length > 0 ? [paint('strong', renderLine(header, widths)), ...lines, ''] : []),
    ...renderNotes(comparison).map((note) => `${indent(note, { lead: '- ', width }).join('\n')}\n`),
    ...(differences.length > 0 ? ['What differs:', ...differences, ''] : []),
    paint(comparison.passes ? 'good' : 'bad', renderOutcome(comparison)),
    '',
  ].join('\n');
}

interface Indent {
  /** What the first line begins with; the others are as far in. */
  readonly lead: string;
  readonly width: number;
}

function indent(text: string, { lead, width }: Indent): string[] {
  const lines = wrapText(text, width - lead.length);
  return lines.map((line, index) => (index === 0 ? lead : ' '.repeat(lead.length)) + line);
}

/** The verdict is the last column. */
function paintVerdict(line: string, { verdict, passes }: ArmVerdict, paint: Paint): string {
  const tone = passes ? verdictTones[verdict] : 'bad';
  const start = line.lastIndexOf(verdict);
  return tone ? line.slice(0, start) + paint(tone, line.slice(start)) : line;
}

const verdictTones: Readonly<Partial<Record<GateVerdict, Tone>>> = {
  better: 'good',
  worse: 'bad',
  'too few': 'warning',
  'not comparable': 'warning',
};

function renderLine(cells: GateCells, widths: readonly number[]): string {
  const padded = gateColumns.map((name, index) => {
    const gap = ' '.repeat((widths[index] ?? 0) - widthOf(cells[name]));
    const isNumber = name !== 'experiment' && name !== 'verdict';
    return isNumber ? gap + cells[name] : cells[name] + gap;
  });
  return padded.join('  ').trimEnd();
}
