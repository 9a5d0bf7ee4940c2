import { renderFindings } from '../../analysis/findings/compute-findings.js';
import type {
  ArmVerdict,
  GateComparison,
  GateReport,
  GateRules,
} from '../../analysis/gate/gate-result.js';
import { escapeMarkdown } from '../../text/markdown.js';
import { toPlainText } from '../../text/plain-text.js';
import { renderCount } from '../../text/quantities.js';
import {
  gateColumns,
  renderGateCells,
  renderGateHeader,
  renderNotes,
  renderOutcome,
  renderRemarks,
  renderRules,
} from './cells.js';
import { type SharedDifference, shareDifferences } from './shared-differences.js';

/** What a bot finds its comment by, to renew it instead of writing another one. */
export const commentMarker = '<!-- prep-lab compare -->';

/** GitHub refuses comments of more characters. */
export const longestComment = 65_536;

/** Renders comparisons as a comment for GitHub: failing experiments first, and folded or cut to the longest comment. */
export function renderGateMarkdown({ comparisons, rules, passes }: GateReport): string {
  const title = `### prep-lab compare: ${passes ? 'passes' : 'fails'}`;
  const start = `${commentMarker}\n${title}\n`;
  const end = `\n${escapeMarkdown(renderRules(rules))}\n`;
  const room = Math.floor((longestComment - start.length - end.length) / comparisons.length);
  const bodies = comparisons.map((comparison) => renderComparison(comparison, { rules, room }));
  const text = [start, ...bodies, end].join('');
  if (text.length <= longestComment) return text;
  const note = `\n${renderCount(comparisons.length)} comparisons: too long for a comment.\n`;
  return start + note + end;
}

interface Space {
  readonly rules: GateRules;
  /** Characters that there are for it. */
  readonly room: number;
}

function renderComparison(comparison: GateComparison, { rules, room }: Space): string {
  const { base, head, arms } = comparison;
  const sides = `${toPlainText(head)} against ${toPlainText(base)}. ${renderOutcome(comparison)}`;
  const failing = arms.filter((arm) => !arm.passes);
  const passing = arms.filter((arm) => arm.passes);
  const text = `\n${escapeMarkdown(sides)}\n`;
  const notes = renderLines([], renderNotes(comparison).map(renderItem), Math.floor(room / 10));
  const findings = renderFindingList(comparison, Math.floor(room / 10));
  let left = room - text.length - findings.length - notes.length - 3 * foldLength;
  // What fails may take three quarters, what passes half of the rest.
  const first = renderArms(failing, { rules, room: Math.floor(left * 0.75) });
  left -= first.length;
  const second = renderArms(passing, { rules, room: Math.floor(left / 2) });
  left -= second.length;
  const differences = shareDifferences(comparison);
  const third = renderDifferences(differences, left);
  const isFolded = first !== '';
  return [
    text,
    first,
    findings,
    isFolded ? renderFold(`${renderCount(passing.length)} that pass`, second) : second,
    notes,
    renderFold(`What differs (${renderCount(differences.length)})`, third),
  ].join('');
}

/** What the head's numbers say of themselves, where the base's do not. */
function renderFindingList({ findings }: GateComparison, room: number): string {
  const lines = renderFindings(findings).map(renderItem);
  return renderLines(['**Found in the head and not in the base**'], lines, room);
}

/** Characters of a fold, at most. */
const foldLength = 100;

/** Puts a part behind a line that opens it; nothing where there is nothing. */
function renderFold(summary: string, body: string): string {
  if (body === '') return '';
  return `\n<details><summary>${summary}</summary>\n${body}\n</details>\n`;
}

function renderDifferences(differences: readonly SharedDifference[], room: number): string {
  const header = ['| setting | base | head | experiments |', '| --- | --- | --- | --- |'];
  const lines = differences.map(({ path, base, head, where }) =>
    renderRow([path, base, head, where]),
  );
  return renderLines(header, lines, room);
}

function renderArms(arms: readonly ArmVerdict[], { rules, room }: Space): string {
  const rule = gateColumns.map((name) => (isNumber(name) ? '---:' : '---'));
  const names = gateColumns.map((name) => renderGateHeader(name, rules));
  const header = [renderRow(names), `| ${rule.join(' | ')} |`];
  const lines = arms.map((arm) => {
    const cells = renderGateCells(arm);
    const remarks = renderRemarks(arm).map((remark) => `<br>${escapeMarkdown(remark)}`);
    const row = renderRow(gateColumns.map((name) => cells[name]));
    return row.replace(/ \|$/, `${remarks.join('')} |`);
  });
  return renderLines(header, lines, room);
}

/** Renders lines below a header, as many as have room, and says how many have not; nothing without lines. */
function renderLines(header: readonly string[], lines: readonly string[], room: number): string {
  if (lines.length === 0) return '';
  const start = header.length > 0 ? `\n${header.join('\n')}\n` : '\n';
  const rest = (count: number) => `\n${renderCount(count)} more: too long for a comment.\n`;
  let left = room - start.length - rest(lines.length).length;
  const shown: string[] = [];
  for (const line of lines) {
    left -= line.length + 1;
    if (left < 0) break;
    shown.push(`${line}\n`);
  }
  const omitted = lines.length - shown.length;
  if (shown.length === 0) return rest(omitted);
  return start + shown.join('') + (omitted > 0 ? rest(omitted) : '');
}

function renderItem(text: string): string {
  return `- ${escapeMarkdown(text)}`;
}

function renderRow(cells: readonly string[]): string {
  return `| ${cells.map(escapeMarkdown).join(' | ')} |`;
}

function isNumber(name: (typeof gateColumns)[number]): boolean {
  return name !== 'experiment' && name !== 'verdict';
}
