import { computeFindings, renderFindings } from '../../analysis/findings/compute-findings.js';
import type { Finding } from '../../analysis/findings/finding.js';
import { findingRules } from '../../analysis/findings/list.js';
import type { Results } from '../../results/result.js';
import { renderCount } from '../../text/quantities.js';
import type { Note } from './note.js';

/** More than a reader takes in below a table. */
const mostFindings = 40;

/** Returns a note for each finding, the deepest causes first; where there are many, it says where the others are. */
export function noteOnFindings(results: Results): Note[] {
  const notes = groupByArm(results).flatMap((findings) =>
    findings.map((finding) => createNote(findings, finding.text)),
  );
  const left = notes.length - mostFindings;
  if (left <= 0) return notes;
  const text = `${renderCount(left)} more findings are in results.json and in the report.`;
  const shown = notes.slice(0, mostFindings);
  return [...shown, { rank: shown.at(-1)?.rank ?? 'remark', text }];
}

/** Returns one note for each experiment with findings: the deepest cause, and what came of it. */
export function summariseFindings(results: Results): Note[] {
  return groupByArm(results).map((findings) => {
    const faults = findings.filter(isFault);
    const [first, last] = [faults[0] ?? findings[0], faults.at(-1)];
    const told = new Set([first, last].flatMap((finding) => finding?.text ?? []));
    return createNote(findings, [...told].join(' '));
  });
}

function createNote(findings: readonly Finding[], text: string): Note {
  const [first] = findings;
  const [line = ''] = first ? renderFindings([{ ...first, text }]) : [];
  return { rank: findings.some(isFault) ? 'fault' : 'remark', text: line };
}

/** Returns the findings of each experiment, those with the deepest cause first. */
function groupByArm(results: Results): Finding[][] {
  const arms = new Map<string, Finding[]>();
  for (const finding of computeFindings(results)) {
    const findings = arms.get(finding.arm) ?? [];
    findings.push(finding);
    arms.set(finding.arm, findings);
  }
  const depthOf = ([first]: readonly Finding[]) =>
    findingRules.findIndex(({ name }) => name === first?.rule);
  return [...arms.values()].sort((a, b) => depthOf(a) - depthOf(b));
}

function isFault({ rule }: Finding): boolean {
  return findingRules.find(({ name }) => name === rule)?.severity === 'fault';
}
