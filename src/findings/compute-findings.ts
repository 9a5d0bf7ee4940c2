import { toPlainText } from '../report/plain-text.js';
import type { Results } from '../runner/result.js';
import { selectTrainedArms } from './arm.js';
import type { Finding } from './finding.js';
import { findingRules } from './list.js';

/** Returns what the rules find in the results, arm by arm in the order of the results. */
export function computeFindings(results: Results): Finding[] {
  const arms = selectTrainedArms(results);
  return arms.flatMap((arm) =>
    findingRules.flatMap((rule) => {
      const others = arms.filter((other) => other !== arm);
      const found = rule.detect(arm, others);
      return found ? [{ arm: arm.name, rule: rule.name, ...found }] : [];
    }),
  );
}

/** Renders findings as lines below a table: "photometric: 94 % of training images are constant ...". */
export function renderFindings(findings: readonly Finding[]): string[] {
  return findings.map(({ arm, text }) => toPlainText(`${arm}: ${text}`));
}
