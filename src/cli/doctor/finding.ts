/** One line of the doctor's report. */
export interface Finding {
  readonly subject: string;
  /** `-`: not there, and not needed. */
  readonly state: 'ok' | 'missing' | '-';
  readonly found: string;
  /** What to do about what is missing. */
  readonly advice?: string;
}

/** Renders findings as aligned lines, advice below its line. */
export function renderFindings(findings: readonly Finding[]): string {
  const stateWidth = 'missing'.length;
  const subjectWidth = Math.max(...findings.map(({ subject }) => subject.length));
  const lines = findings.flatMap(({ state, subject, found, advice }) => {
    const lead = `${state.padEnd(stateWidth)}  ${subject.padEnd(subjectWidth)}  `;
    return [lead + found, ...(advice ? [' '.repeat(lead.length) + advice] : [])];
  });
  return `${lines.join('\n')}\n`;
}
