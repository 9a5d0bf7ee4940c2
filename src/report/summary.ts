import { meanAccuracy } from '../analysis/comparison/arm.js';
import {
  type ArmComparison,
  compareArms,
  usualComparison,
} from '../analysis/comparison/compare-arms.js';
import type { Finding } from '../analysis/findings/finding.js';
import { selectTrainedArms, type TrainedArm } from '../analysis/findings/trained-arm.js';
import { isLimited } from '../analysis/limits.js';
import type { Results } from '../results/result.js';
import { correctByHolm } from '../statistics/holm.js';
import { computeMeanInterval } from '../statistics/mean.js';
import { toPlainText } from '../text/plain-text.js';
import {
  renderAccuracies,
  renderCount,
  renderNames,
  renderPercent,
  renderPoints,
} from '../text/quantities.js';
import { type Comparisons, compareWithControl } from './compared-arms.js';
import { labelArms } from './figures/row-labels.js';

/**
 * Returns what the results show in at most three sentences: which accuracy was reached, how sure the differences from
 * the control are, and what stands out where it is lowest.
 */
export function renderSummary(
  results: Results,
  findings: readonly Finding[],
  control?: string | undefined,
): string[] {
  const trained = selectTrainedArms(results);
  if (trained.length === 0) return [];
  const labelOf = labelArms(trained);
  const arms = trained.map((arm) => ({ ...arm, label: labelOf(arm) }));
  const ranked = [...arms].sort((a, b) => meanAccuracy(b.trials) - meanAccuracy(a.trials));
  return [
    renderRanking(ranked as [LabelledArm, ...LabelledArm[]]),
    arms.length > 1 ? renderDifferences(compareWithControl(results, { control }), labelOf) : '',
    renderCause(ranked, findings),
  ].filter((sentence) => sentence !== '');
}

/** An arm as figures call it: a sweep's by what it changes alone. */
type LabelledArm = TrainedArm & { readonly label: string };

function renderRanking(ranked: readonly [LabelledArm, ...LabelledArm[]]): string {
  const [best, next] = ranked;
  const isShort = ranked.some(({ trials }) => trials.some(isLimited));
  const runs = isShort ? 'In short runs, ' : '';
  if (!next) {
    return `${runs}${best.label} reaches ${renderAccuracy(best)} test accuracy${renderSeeds(best)}.`;
  }
  const lowest = ranked.at(-1) ?? next;
  const end =
    lowest === next ? '' : `; the lowest is that of ${lowest.label}, ${renderAccuracy(lowest)}`;
  return `${runs}${best.label} reaches the highest test accuracy, ${renderAccuracy(best)}, ${renderLead(best, next)}${end}.`;
}

function renderAccuracy({ trials }: TrainedArm): string {
  return renderAccuracies(trials.map(({ test }) => test.accuracy));
}

/** One experiment has nothing beside it that says how sure its mean is. */
function renderSeeds({ trials }: TrainedArm): string {
  const interval = computeMeanInterval(trials.map(({ test }) => test.accuracy));
  if (!interval) return ', with one seed';
  const [lower, upper] = [Math.max(0, interval.lower), Math.min(1, interval.upper)];
  const range = `${renderPercent(lower)} to ${renderPercent(upper)}`;
  return ` over ${renderCount(trials.length)} seeds (95 % interval of the mean: ${range})`;
}

function renderLead(best: LabelledArm, next: LabelledArm): string {
  const { method, unit, verdict } = compareArms(next.trials, best.trials);
  const second = `that of ${next.label}, ${renderAccuracy(next)}`;
  if (method === 'identical') return `with the same results as ${next.label}`;
  if (unit === 'images' || method === 'none') {
    return `before ${second}, an order that another seed may change`;
  }
  return `${verdict === 'better' ? '' : 'not '}significantly above ${second}`;
}

interface Judged {
  readonly name: string;
  readonly comparison: ArmComparison;
  /** Whether the difference stays significant as one of several. */
  readonly holds: boolean;
}

function renderDifferences(
  { arms, control }: Comparisons,
  labelOf: ReturnType<typeof labelArms>,
): string {
  if (control === undefined) {
    return 'No experiment is the control, so no difference was tested: "--control NAME" names one.';
  }
  const compared = arms.flatMap(({ arm, comparison }) =>
    comparison ? [{ name: toPlainText(labelOf(arm)), comparison }] : [],
  );
  if (compared.length === 0) return '';
  const corrected = correctByHolm(compared.map(({ comparison }) => comparison.pValue ?? 1));
  const judged = compared.map((each, at): Judged => {
    return { ...each, holds: (corrected[at] ?? 1) < usualComparison.alpha };
  });
  const parts = [
    renderSignificant(judged, 'better'),
    renderSignificant(judged, 'worse'),
    renderRest(judged),
  ].filter((part) => part !== '');
  const isOneSeed = compared.some(({ comparison }) => comparison.unit === 'images');
  const limit = isOneSeed
    ? '; with one seed each this speaks of the networks, not of the recipes'
    : '';
  return `Against the control ${toPlainText(control)}, ${parts.join('; ')}${limit}.`;
}

/** The largest differences are named; the others of many are counted. */
const mostNamed = 4;

function renderSignificant(judged: readonly Judged[], verdict: 'better' | 'worse'): string {
  const told = judged
    .filter(({ comparison }) => comparison.verdict === verdict)
    .sort((a, b) => Math.abs(b.comparison.difference) - Math.abs(a.comparison.difference));
  if (told.length === 0) return '';
  const chance = `may be chance among ${renderCount(judged.length)} comparisons`;
  // What is true of all is said once.
  const isAllDoubtful = told.length > 1 && told.every(({ holds }) => !holds);
  const names = told.map(({ name, comparison, holds }) => {
    const doubt = holds || isAllDoubtful ? '' : `, which ${chance}`;
    return `${name} (${renderPoints(comparison.difference)} points${doubt})`;
  });
  const doubts = isAllDoubtful ? `, each of which ${chance}` : '';
  return `${renderNames(names, mostNamed)} ${told.length === 1 ? 'is' : 'are'} significantly ${verdict}${doubts}`;
}

function renderRest(judged: readonly Judged[]): string {
  const rest = judged.filter(({ comparison: { verdict } }) => !/better|worse/.test(verdict));
  if (rest.length === 0) return '';
  const isWeak = rest.some(({ comparison: { verdict } }) => verdict === 'too few');
  const unit = rest.some(({ comparison }) => comparison.unit === 'images') ? 'images' : 'seeds';
  const points = renderCount(100 * usualComparison.relevantDifference);
  const power = isWeak ? `, with too few ${unit} to find one of ${points} point` : '';
  return `${renderNames(
    rest.map(({ name }) => name),
    mostNamed,
  )} ${rest.length === 1 ? 'shows' : 'show'} no significant difference${power}`;
}

/** The rules name causes first, and the lowest accuracy is what most needs one. */
function renderCause(ranked: readonly LabelledArm[], findings: readonly Finding[]): string {
  const lowest = ranked.at(-1);
  const explained = new Set(findings.map(({ arm }) => arm));
  const arm = ranked.findLast(({ name }) => explained.has(name));
  const finding = findings.find((each) => each.arm === arm?.name);
  if (!arm || !finding) return 'No finding: none of the rules applies to these results.';
  const place = arm === lowest && ranked.length > 1 ? ', the lowest' : '';
  return `What stands out in ${arm.label}${place}: ${finding.text}`;
}
