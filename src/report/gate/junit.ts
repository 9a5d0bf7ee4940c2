import type { ArmVerdict, GateComparison, GateReport } from '../../analysis/gate/gate-result.js';
import { escapeXml } from '../../text/escape-xml.js';
import { toPlainText } from '../../text/plain-text.js';
import { renderGateCells, renderOutcome, renderRemarks } from './cells.js';

/** Renders test results in JUnit's XML: a suite a comparison, a test case an experiment. */
export function renderJunit({ comparisons }: GateReport): string {
  const suites = comparisons.map(renderSuite).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="prep-lab compare">\n${suites}</testsuites>\n`;
}

function renderSuite(comparison: GateComparison): string {
  const { base, head, arms, passes, obstacles } = comparison;
  const name = escapeXml(`${toPlainText(head)} against ${toPlainText(base)}`);
  // Without a case of its own, a comparison of nothing would count as passed.
  const whole =
    obstacles.length > 0 ? [renderCase('comparison', 'error', renderOutcome(comparison))] : [];
  const cases = [...whole, ...arms.map(renderArm)];
  const errors = arms.filter(isError).length + whole.length;
  const failures = arms.filter((arm) => !arm.passes).length - arms.filter(isError).length;
  const counts = `tests="${cases.length}" failures="${failures}" errors="${errors}"`;
  const property = `<properties><property name="passes" value="${passes}"/></properties>\n`;
  return `<testsuite name="${name}" ${counts}>\n${property}${cases.join('')}</testsuite>\n`;
}

/** What cannot be told is an error, what is worse or breaks a threshold a failure. */
function isError({ verdict, passes }: ArmVerdict): boolean {
  return !passes && (verdict === 'not comparable' || verdict === 'too few');
}

function renderArm(arm: ArmVerdict): string {
  const { experiment, base, head, difference, interval, n, verdict } = renderGateCells(arm);
  const numbers = arm.comparison
    ? [`${base} to ${head}: ${difference} points (${interval}; ${n}).`]
    : [];
  const text = [`${verdict}.`, ...numbers, ...renderRemarks(arm)].join('\n');
  if (arm.passes) return renderCase(experiment, 'system-out', text);
  return renderCase(experiment, isError(arm) ? 'error' : 'failure', text);
}

function renderCase(
  name: string,
  element: 'error' | 'failure' | 'system-out',
  text: string,
): string {
  const [first = ''] = text.split('\n');
  const message = element === 'system-out' ? '' : ` message="${escapeXml(first)}"`;
  const body = `<${element}${message}>${escapeXml(text)}</${element}>`;
  return `<testcase classname="prep-lab.compare" name="${escapeXml(name)}">${body}</testcase>\n`;
}
