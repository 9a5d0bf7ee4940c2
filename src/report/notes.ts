import type { Arm } from '../analysis/comparison/arm.js';
import { type ArmComparison, usualComparison } from '../analysis/comparison/compare-arms.js';
import { previousArm } from '../analysis/comparison/control.js';
import { readFindings, renderFindings } from '../analysis/findings/compute-findings.js';
import { isLimited, renderLimits } from '../analysis/limits.js';
import type { DoneTrial, Results } from '../results/result.js';
import { correctByHolm } from '../statistics/holm.js';
import { toPlainText } from '../text/plain-text.js';
import { renderCount, renderDuration, renderList, renderNames } from '../text/quantities.js';
import { resolveViews } from '../training/views.js';
import { type Comparisons, compareWithControl } from './compared-arms.js';
import { noteOnEnvironments } from './origin.js';

/** More than a reader takes in below a table. */
const mostLines = 40;

/** Returns the findings as lines below a table; where there are many, it says where the others are. */
export function noteOnFindings(results: Results): string[] {
  const findings = readFindings(results);
  const shown = renderFindings(findings.slice(0, mostLines));
  const left = findings.length - shown.length;
  if (left === 0) return shown;
  return [...shown, `${renderCount(left)} more findings are in results.json and in the report.`];
}

interface Named {
  readonly name: string;
  readonly comparison: ArmComparison;
}

/** Returns the sentences about the differences from the control: how they were tested, and what they cannot tell. */
export function noteOnControl({ arms, control }: Comparisons): string[] {
  if (control === undefined) return [];
  const compared = arms.flatMap(({ arm, comparison }) =>
    comparison ? [{ name: toPlainText(arm.name), comparison }] : [],
  );
  const reference = arms.find(({ isControl }) => isControl)?.arm;
  if (control !== previousArm && (!reference || reference.done.length === 0)) {
    return [
      `The control (${toPlainText(control)}) has no finished trial here, so nothing is compared with it.`,
    ];
  }
  if (compared.length === 0) return [];
  return [
    [noteOnReference(control, arms), ...noteOnMethods(compared)].join(' '),
    noteOnPower(compared),
    noteOnSeveral(compared),
  ];
}

function noteOnReference(control: string, arms: Comparisons['arms']): string {
  const rest = 'in points, with its 95 % interval; ~ where it is not told apart from 0.';
  if (control !== previousArm) {
    return `Against control: test accuracy minus that of ${toPlainText(control)}, ${rest}`;
  }
  const finished = arms.filter(({ arm }) => arm.done.length > 0);
  const order = finished.map(({ arm }) => toPlainText(arm.name)).join(', ');
  return `Against previous: test accuracy minus that of the one before it in this order: ${order}; ${rest}`;
}

function noteOnMethods(compared: readonly Named[]): string[] {
  const byMethod = new Map<string, string[]>();
  for (const { name, comparison } of compared) {
    const method = renderMethod(comparison);
    byMethod.set(method, [...(byMethod.get(method) ?? []), name]);
  }
  if (byMethod.size === 1) return [...byMethod.keys()].map((method) => `${method}.`);
  return [...byMethod].map(([method, names]) => `${renderNames(names)}: ${method}.`);
}

function renderMethod({ method, count }: ArmComparison): string {
  const number = renderCount(count);
  switch (method) {
    case 'paired t test':
      return `Paired t test over ${number} shared seeds`;
    case 'Welch t test':
      return `Welch's t test, as the seeds differ, with ${number} or more on each side`;
    case 'McNemar test':
      return `McNemar's exact test on ${number} test images (interval by Newcombe), which tells two networks apart but not what another seed would do`;
    case 'test of two proportions':
      return `Test of two proportions of ${number} test images (interval by Newcombe), as it is not known which images were right, which does not tell what another seed would do`;
    case 'identical':
      return `The same results to the last bit in ${number} shared ${count === 1 ? 'seed' : 'seeds'}: nothing to test`;
    case 'none':
      return 'No test: that takes one seed on both sides, or two seeds or more on each';
  }
}

function noteOnPower(compared: readonly Named[]): string {
  const weak = compared.filter(({ comparison }) => comparison.verdict === 'too few');
  const testable = weak.filter(({ comparison }) => comparison.method !== 'none');
  if (testable.length === 0) return '';
  const points = renderCount(100 * usualComparison.relevantDifference);
  const counts = testable.map(({ name, comparison }) => `${name} ${renderNeed(comparison)}`);
  return `Too few to find a difference of ${points} point four times in five: ${renderNames(counts)}.`;
}

function renderNeed({ unit, count, neededCount }: ArmComparison): string {
  if (unit === 'images') return `(one seed on ${renderCount(count)} test images)`;
  const needed = neededCount === undefined ? 'more than 10,000' : renderCount(neededCount);
  return `(${renderCount(count)} seeds, about ${needed} would do)`;
}

/** With several arms, one that is no different may be told apart by chance: says whether that may have happened. */
function noteOnSeveral(compared: readonly Named[]): string {
  const tested = compared.filter(({ comparison }) => comparison.pValue !== undefined);
  const corrected = correctByHolm(tested.map(({ comparison }) => comparison.pValue ?? 1));
  const told = tested.flatMap(({ name, comparison }, index) => {
    const isTold = comparison.verdict === 'better' || comparison.verdict === 'worse';
    return isTold ? [{ name, holds: (corrected[index] ?? 1) < usualComparison.alpha }] : [];
  });
  if (tested.length < 2 || told.length === 0) return '';
  const lost = told.filter(({ holds }) => !holds).map(({ name }) => name);
  const start = `${renderCount(tested.length)} rows are compared, and one without any difference is told apart in one case of 20`;
  if (lost.length === 0) return `${start}; corrected for that (Holm), all the differences hold.`;
  return `${start}; corrected for that (Holm), the difference of ${renderNames(lost)} may be chance.`;
}

/** Returns the sentences that a reader of the table needs, each only where it applies. */
export function computeNotes(
  results: Results,
  comparisons: Comparisons = compareWithControl(results),
): string[] {
  const done = results.trials.filter((trial) => trial.status === 'done');
  if (done.length === 0) return [];
  const arms = comparisons.arms.map(({ arm }) => arm);
  const notes = [
    noteOnLimits(done, arms),
    noteOnWeights(done, arms),
    noteOnViews(done, arms),
    noteOnAverages(done, arms),
    noteOnSeeds(arms),
    ...noteOnControl(comparisons),
    noteOnBudgets(comparisons),
    noteOnChoice(done, arms),
    noteOnTuning(done, arms),
    noteOnBest(done),
    noteOnSplits(done),
    noteOnEarlyStop(done, arms),
    noteOnPublished(done),
    noteOnEnvironments(arms),
    arms.some((arm) => arm.done.length === 1) ? spreadNote : '',
  ];
  return notes.filter((note) => note !== '');
}

/** From eight runs of Keras with two seeds, 10 epochs of the baseline on all images. */
const spreadNote =
  'Another seed moves a result by 1 to 4 points (full runs of the baseline), so smaller differences between single trials mean nothing.';

function noteOnLimits(done: readonly DoneTrial[], arms: readonly Arm[]): string {
  const limited = done.filter(isLimited);
  if (limited.length === 0) return '';
  const which = limited.length === done.length ? '' : ` (${nameTrials(limited, arms)})`;
  const published = limited.some(({ experiment }) => experiment.published);
  const consequence = published
    ? 'do not compare with the published values, which are of full runs.'
    : 'do not compare with full runs.';
  return `Short run${which}: ${renderLimits(limited)}: ${consequence}`;
}

function noteOnWeights(done: readonly DoneTrial[], arms: readonly Arm[]): string {
  const restored = done.filter(({ test }) => test.weights === 'best');
  const counts = [...new Set(done.map(({ imageCounts }) => renderCount(imageCounts.test)))];
  const start = `Test accuracy: on ${renderList(counts, 'or')} test images, with the weights`;
  if (restored.length === 0) return `${start} after the last epoch.`;
  const epochs = arms.flatMap((arm) => renderRestored(arm));
  const best = `of the best epoch, which early stopping restored (${renderEpochs(epochs)})`;
  return restored.length === done.length
    ? `${start} ${best}.`
    : `${start} after the last epoch, or ${best}.`;
}

function noteOnViews(done: readonly DoneTrial[], arms: readonly Arm[]): string {
  const viewed = done.filter(({ test }) => test.withoutViews);
  if (viewed.length === 0) return '';
  const counts = viewed.map(
    ({ experiment }) => resolveViews(experiment.training.testViews)?.length,
  );
  const views = `${renderList([...new Set(counts)].map(String), 'or')} views`;
  return `Test-time augmentation: the model saw each test image in ${views}, and their logits were averaged (${nameTrials(viewed, arms)}). Without views: the same weights on the images as they are; epochs, and so early stopping and best, were judged that way too.`;
}

const averageNames = {
  lookahead: 'their Lookahead average',
  ema: 'their exponential moving average',
  swa: 'their mean over late epochs',
} as const;

/** Averaged weights are other weights than those that the last step left. */
function noteOnAverages(done: readonly DoneTrial[], arms: readonly Arm[]): string {
  const kinds = [...new Set(done.flatMap(({ test }) => test.average ?? []))];
  const parts = kinds.map((kind) => {
    const judged = done.filter(({ test }) => test.average === kind);
    const which = judged.length === done.length ? '' : ` (${nameTrials(judged, arms)})`;
    return `${averageNames[kind]}${which}`;
  });
  return parts.length === 0 ? '' : `Judged in place of the weights: ${parts.join('; ')}.`;
}

/** Of many rows the results tell the epochs. */
function renderEpochs(epochs: readonly string[]): string {
  return epochs.length > 8 ? `${epochs.length} rows` : epochs.join('; ');
}

function renderRestored({ name, done }: Arm): string[] {
  const restored = done.filter(({ test }) => test.weights === 'best');
  if (restored.length === 0) return [];
  const epochs = restored.map(({ test }) => `${test.epoch}`);
  const noun = epochs.length === 1 ? 'epoch' : 'epochs';
  return [`${toPlainText(name)}: ${noun} ${renderList(epochs)}`];
}

function noteOnSeeds(arms: readonly Arm[]): string {
  if (arms.every(({ done }) => done.length < 2)) return '';
  return 'Rows of several seeds: mean ± standard deviation over the seeds, 95 % interval of the mean (t), mean times of a trial.';
}

function noteOnBudgets({ budgets }: Comparisons): string {
  if (!budgets) return '';
  const { images, seconds } = budgets;
  return `At equal images and at equal time: validation accuracy after the last epoch within ${renderCount(images.amount)} training images (all that ${toPlainText(images.shortest.name)} took) and within ${renderDuration(seconds.amount)} of training (${toPlainText(seconds.shortest.name)}).`;
}

function noteOnChoice(done: readonly DoneTrial[], arms: readonly Arm[]): string {
  const chosen = done.filter(({ experiment: { training } }) => {
    const callbacks = [training.earlyStopping, training.reduceLearningRateOnPlateau];
    const watches = callbacks.some((callback) => callback?.monitor.startsWith('validation'));
    return watches && training.validation === 'test';
  });
  if (chosen.length === 0) return '';
  return `Early stopping or the learning rate followed the test images, as in the study, so the test accuracy is too good (${nameTrials(chosen, arms)}); "validation": {"split": 5000} keeps training images back instead.`;
}

function noteOnTuning(done: readonly DoneTrial[], arms: readonly Arm[]): string {
  const tuned = done.filter(({ experiment }) => experiment.tunedOn === 'test');
  if (tuned.length === 0) return '';
  return `Whoever made the recipe chose its settings by the test images, so the test accuracy is too good by that choice, also where training images are kept back (${nameTrials(tuned, arms)}).`;
}

function noteOnBest(done: readonly DoneTrial[]): string {
  const judgedOn = new Set(done.flatMap(({ best }) => (best ? [best.judgedOn] : [])));
  const meanings = [
    ...(judgedOn.has('test') ? ['on the test images themselves, so too good by the choice'] : []),
    ...(judgedOn.has('split') ? ['on training images that were kept back (split)'] : []),
  ];
  if (meanings.length === 0) return '';
  return `Best: the highest accuracy after any epoch, chosen ${meanings.join(', or ')}.`;
}

function noteOnSplits(done: readonly DoneTrial[]): string {
  const limited = done.filter(
    ({ experiment: { dataset, training } }) =>
      dataset.trainLimit !== undefined && typeof training.validation === 'object',
  );
  if (limited.length === 0) return '';
  const counts = [
    ...new Set(limited.map(({ imageCounts }) => renderCount(imageCounts.validation))),
  ];
  return `Validated on ${renderList(counts, 'or')} training images that were kept back: --limit and --quick shrink "validation": {"split": ...} with the training images.`;
}

function noteOnEarlyStop(done: readonly DoneTrial[], arms: readonly Arm[]): string {
  const stopped = done.filter(({ stoppedEarly }) => stoppedEarly);
  return stopped.length > 0 ? `Stopped early: ${nameTrials(stopped, arms)}.` : '';
}

function noteOnPublished(done: readonly DoneTrial[]): string {
  const published = done.filter(({ experiment }) => experiment.published);
  const sources = published.flatMap(({ experiment }) => experiment.published?.source ?? []);
  return [
    sources.length > 0 ? `Published: ${[...new Set(sources.map(toPlainText))].join('; ')}.` : '',
    published.every(isLimited) ? '' : 'Difference: test accuracy minus published, in points.',
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

/** Names arms that are meant as a whole, and single trials of the others with their seed. */
function nameTrials(trials: readonly DoneTrial[], arms: readonly Arm[]): string {
  const meant = new Set(trials);
  const names = arms.flatMap(({ name, done }) => {
    const some = done.filter((trial) => meant.has(trial));
    if (some.length === done.length) return some.length > 0 ? [name] : [];
    return some.map(({ seed }) => `${name}, seed ${seed}`);
  });
  return renderNames(names.map(toPlainText));
}
