import type { ArmVerdict, GateComparison, GateReport } from '../../analysis/gate/gate-result.js';
import { toPlainText } from '../../text/plain-text.js';
import { renderGateCells, renderOutcome, renderRemarks } from './cells.js';

/** GitHub shows so many errors of a step. */
const shownErrors = 10;

/** Renders annotations for a GitHub workflow: the outcome first, then an error for each experiment that fails. */
export function renderGithub({ comparisons }: GateReport): string {
  return comparisons.flatMap(renderComparison).join('');
}

function renderComparison(comparison: GateComparison): string[] {
  const { base, head, passes, arms } = comparison;
  const failing = arms.filter((arm) => !arm.passes).slice(0, shownErrors - 1);
  const text = `${toPlainText(head)} against ${toPlainText(base)}. ${renderOutcome(comparison)}`;
  const first = renderCommand(passes ? 'notice' : 'error', 'prep-lab compare', text);
  return [first, ...failing.map(renderArm)];
}

function renderArm(arm: ArmVerdict): string {
  const { experiment, verdict, base, head, difference, interval, n } = renderGateCells(arm);
  const numbers = arm.comparison
    ? `${base} to ${head}: ${difference} points (${interval}; ${n}). `
    : '';
  const title = `prep-lab: ${experiment}: ${verdict}`;
  return renderCommand('error', title, numbers + renderRemarks(arm).join(' '));
}

/** What a text could end the command or begin another with is encoded. Source: actions/toolkit, core/src/command.ts. */
function renderCommand(level: 'notice' | 'error', title: string, text: string): string {
  const message = text.replaceAll('%', '%25').replace(/[\r\n]/g, ' ');
  const property = title
    .replaceAll('%', '%25')
    .replace(/[\r\n]/g, ' ')
    .replaceAll(':', '%3A')
    .replaceAll(',', '%2C');
  return `::${level} title=${property}::${message.trim()}\n`;
}
