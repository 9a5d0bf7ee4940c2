import type { Advice } from '../checks/check.js';
import { toPlainText } from '../report/plain-text.js';
import { wrapText } from '../report/wrap.js';

/** A terminal's width that a text can count on. */
const width = 100;

/** Renders what the checks say, each with its fix as JSON to paste. */
export function renderAdvice(advice: readonly Advice[]): string {
  if (advice.length === 0) return 'No warnings.\n';
  const blocks = advice.map(({ severity, check, text, fix }) => {
    const label = severity === 'warning' ? 'Warning' : 'Hint';
    const said = wrapText(toPlainText(`${label} (${check}): ${text}`), width).map(endLine);
    if (!fix) return said.join('');
    return [...said, endLine(`Fix: write ${fix.path} as`), endLine(renderJson(fix.value))].join('');
  });
  return blocks.join('\n');
}

/** Says how many warnings and hints there are. */
export function countAdvice(advice: readonly Advice[]): { warnings: number; hints: number } {
  const warnings = advice.filter(({ severity }) => severity === 'warning').length;
  return { warnings, hints: advice.length - warnings };
}

/** Stages one a line, so that a long pipeline can be read; JSON takes care of control characters. */
function renderJson(value: unknown): string {
  if (!Array.isArray(value)) return `  ${JSON.stringify(value)}`;
  const items = value.map((item) => `    ${JSON.stringify(item)}`);
  return items.length === 0 ? '  []' : `  [\n${items.join(',\n')}\n  ]`;
}

function endLine(line: string): string {
  return `${line}\n`;
}
