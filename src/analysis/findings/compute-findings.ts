import type { Results, TrialResult } from '../../results/result.js';
import { listEvenlySpaced } from '../../statistics/evenly-spaced.js';
import { toPlainText } from '../../text/plain-text.js';
import type { Finding } from './finding.js';
import { findingRules } from './list.js';
import { selectTrainedArms, type TrainedArm } from './trained-arm.js';

/** A run writes its findings into results.json and into table.md. */
const computed = new WeakMap<Results['trials'], readonly Finding[]>();

/** Returns what the rules find in the results, arm by arm in the order of the results. */
export function computeFindings(results: Results): readonly Finding[] {
  const found = computed.get(results.trials) ?? detectAll(results);
  computed.set(results.trials, found);
  return found;
}

/** Returns trials as results, in the present form, with what the rules find in them. */
export function assembleResults(trials: readonly TrialResult[]): Results {
  const unread: Results = { format: 'prep-lab results', version: 2, trials };
  return { ...unread, findings: computeFindings(unread) };
}

function detectAll(results: Results): Finding[] {
  const arms = selectTrainedArms(results);
  const usual = listEvenlySpaced(arms.length, mostOthers).map((at) => arms[at] as TrainedArm);
  return arms.flatMap((arm) => {
    const others = usual.filter((other) => other !== arm);
    return findingRules.flatMap((rule) => {
      const found = rule.detect(arm, others);
      return found ? [{ arm: arm.name, rule: rule.name, ...found }] : [];
    });
  });
}

/** Thirty arms tell what is usual as well as ten thousand, which beside each other would take minutes. */
const mostOthers = 30;

/** Renders findings as lines below a table: "photometric: 94 % of training images are constant ...". */
export function renderFindings(findings: readonly Finding[]): string[] {
  return findings.map(({ arm, text }) => toPlainText(`${arm}: ${text}`));
}
