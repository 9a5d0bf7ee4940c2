import { type Arm, meanAccuracy } from '../analysis/comparison/arm.js';
import type { ArmComparison } from '../analysis/comparison/compare-arms.js';
import { readCorruptions } from '../analysis/comparison/compare-corruptions.js';
import { previousArm } from '../analysis/comparison/control.js';
import { isLimited } from '../analysis/limits.js';
import type { DoneTrial } from '../results/result.js';
import type { Interval } from '../statistics/interval.js';
import { computeMean, computeMeanInterval } from '../statistics/mean.js';
import { toPlainText } from '../text/plain-text.js';
import {
  missing,
  renderAccuracies,
  renderCount,
  renderDuration,
  renderEpochSpan,
  renderPercent,
  renderPoints,
} from '../text/quantities.js';
import type { Cells } from './columns.js';
import type { ComparedArm, Comparisons } from './compared-arms.js';

/** Returns the cells of an arm that has finished trials: means over its seeds, safe to print. */
export function renderArmCells(
  compared: ComparedArm,
  { budgets, control }: Comparisons,
  digits?: number,
): Cells {
  const { arm } = compared;
  const { done } = arm;
  const [first] = done as [DoneTrial, ...DoneTrial[]];
  const accuracies = done.map(({ test }) => test.accuracy);
  return {
    experiment: renderArmName(arm),
    preprocessing: toPlainText(first.summary.preprocessing),
    model: toPlainText(first.summary.model),
    epochs: renderEpochsOf(done),
    'test accuracy': renderAccuracies(accuracies, digits),
    'without views': renderWithoutViews(done, digits),
    seeds: done.length > 1 ? renderCount(done.length) : missing,
    '95 % interval': renderMeanInterval(accuracies, digits),
    'against control': control === previousArm ? missing : renderAgainstReference(compared, digits),
    'against previous':
      control === previousArm ? renderAgainstReference(compared, digits) : missing,
    'at equal images': renderRate(budgets?.images.accuracies.get(arm), digits),
    'at equal time': renderRate(budgets?.seconds.accuracies.get(arm), digits),
    ...renderCorruptions(compared, digits),
    best: renderBest(done, digits),
    ...comparePublished(done, digits),
    'train time': renderDuration(computeMean(done.map(({ trainSeconds }) => trainSeconds))),
    'images/s': renderCount(computeMean(done.map(({ imagesPerSecond }) => imagesPerSecond))),
    device: [...new Set(done.map(({ environment }) => environment.device))].join(', '),
  };
}

function renderWithoutViews(done: readonly DoneTrial[], digits?: number): string {
  const rates = done.flatMap(({ test }) => test.withoutViews?.accuracy ?? []);
  return rates.length > 0 ? renderAccuracies(rates, digits) : missing;
}

/** What the arm reached on corrupted test images: nothing where a seed lacks it, or saw others. */
function renderCorruptions({ arm, isControl, corruptions }: ComparedArm, digits?: number) {
  const accuracies = readCorruptions(arm.done)?.map(({ accuracy }) => accuracy);
  const against = corruptions
    ? `${renderPoints(corruptions.difference, digits)}${renderPointRange(corruptions.interval, digits)}`
    : missing;
  return {
    corrupted: accuracies ? renderAccuracies(accuracies, digits) : missing,
    'corrupted interval': accuracies ? renderMeanInterval(accuracies, digits) : missing,
    'corrupted difference': isControl && accuracies ? 'control' : against,
  };
}

function renderPointRange(interval: Interval | undefined, digits?: number): string {
  if (!interval) return '';
  const [lower, upper] = [interval.lower, interval.upper].map((end) => renderPoints(end, digits));
  return ` (${lower} to ${upper})`;
}

/** An arm of which only one of several seeds is there is named with it. */
function renderArmName({ name, done, failed }: Arm): string {
  const [only] = done;
  const isPart = only && done.length === 1 && (only.experiment.seeds.length > 1 || failed.length);
  return isPart ? `${name}, seed ${only.seed}` : name;
}

function renderEpochsOf(done: readonly DoneTrial[]): string {
  const run = renderEpochSpan(
    done.map(({ history, experiment }) => Math.min(history.length, experiment.training.epochs)),
  );
  const written = renderEpochSpan(done.map(({ writtenEpochs }) => writtenEpochs));
  return run === written ? run : `${run} of ${written}`;
}

function renderMeanInterval(accuracies: readonly number[], digits = 2): string {
  const interval = computeMeanInterval(accuracies);
  if (!interval) return missing;
  const [lower, upper] = [Math.max(0, interval.lower), Math.min(1, interval.upper)];
  return `${(100 * lower).toFixed(digits)} to ${(100 * upper).toFixed(digits)}`;
}

function renderAgainstReference({ isControl, comparison }: ComparedArm, digits?: number): string {
  if (isControl) return 'control';
  return comparison ? renderComparison(comparison, digits) : missing;
}

/** Renders a difference in points with its interval: "+2.03 (+0.51 to +3.55)", with "~" where it is not significant. */
function renderComparison(
  { difference, method, interval, verdict }: ArmComparison,
  digits?: number,
): string {
  if (method === 'identical') return `${renderPoints(difference, digits)} (identical)`;
  if (!interval) return `~ ${renderPoints(difference, digits)} (no test)`;
  const { lower, upper } = interval;
  const isTold = verdict === 'better' || verdict === 'worse';
  const range = `(${renderPoints(lower, digits)} to ${renderPoints(upper, digits)})`;
  return `${isTold ? '' : '~ '}${renderPoints(difference, digits)} ${range}`;
}

function renderRate(rate: number | undefined, digits?: number): string {
  return rate === undefined ? missing : renderPercent(rate, digits);
}

function renderBest(done: readonly DoneTrial[], digits?: number): string {
  const bests = done.flatMap(({ best }) => best ?? []);
  const [first] = bests;
  if (!first) return missing;
  const judgedOn = [...new Set(done.flatMap(renderJudge))].join(', ');
  const accuracies = renderAccuracies(
    bests.map(({ accuracy }) => accuracy),
    digits,
  );
  const epoch = bests.length === 1 ? `epoch ${first.epoch}, ` : '';
  return `${accuracies} (${epoch}${judgedOn})`;
}

/** A limit shrinks a split, so that its size says what the best is worth. */
function renderJudge({ best, experiment, imageCounts }: DoneTrial): string[] {
  const isShrunk = best?.judgedOn === 'split' && experiment.dataset.trainLimit !== undefined;
  if (isShrunk) return [`split of ${renderCount(imageCounts.validation)}`];
  return best ? [best.judgedOn] : [];
}

function comparePublished(done: readonly DoneTrial[], digits?: number) {
  const published = done[0]?.experiment.published;
  // Nothing in a short run compares with it.
  if (!published || done.some(isLimited)) return { published: missing, difference: missing };
  return {
    published: renderPercent(published.testAccuracy, digits),
    difference: renderPoints(meanAccuracy(done) - published.testAccuracy, digits),
  };
}
