import { computeFindings, renderFindings } from '../findings/compute-findings.js';
import type { Results } from '../runner/result.js';
import { renderCount } from './quantities.js';

/** More than a reader takes in below a table. */
const mostLines = 40;

/** Returns the findings as lines below a table; where there are many, it says where the others are. */
export function noteOnFindings(results: Results): string[] {
  const findings = computeFindings(results);
  const shown = renderFindings(findings.slice(0, mostLines));
  const left = findings.length - shown.length;
  if (left === 0) return shown;
  return [...shown, `${renderCount(left)} more findings are in results.json and in the report.`];
}
