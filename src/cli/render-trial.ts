import { renderCount, renderDuration, renderPercent } from '../report/quantities.js';
import { renderTrialName } from '../report/rows.js';
import type { TrialResult } from '../runner/result.js';
import type { Trial } from '../runner/trial.js';
import type { ProgressNumbers } from '../runner/trial-process/messages.js';
import type { EpochRecord } from '../training/train.js';
import { renderHint } from '../user-error.js';

/** Renders one line: epoch, batch, loss and accuracy of the epoch so far, speed, time left for the trial. */
export function renderTrialLine(
  trial: Trial,
  progress: ProgressNumbers,
  secondsLeft: number | undefined,
): string {
  const { epoch, epochs, step, steps } = progress;
  const { metrics } = progress;
  const parts = [
    renderTrialName(trial),
    `epoch ${epoch}/${epochs}`,
    `batch ${step}/${steps}`,
    ...(metrics
      ? [`loss ${metrics.loss.toFixed(3)}`, `accuracy ${renderPercent(metrics.accuracy)}`]
      : []),
    `${renderCount(progress.imagesPerSecond)} images/s`,
    ...(secondsLeft === undefined ? [] : [`${renderDuration(secondsLeft)} left`]),
  ];
  return parts.join('  ');
}

/** Renders a finished epoch as one line, for logs. */
export function renderEpochLine(trial: Trial, record: EpochRecord): string {
  const { validationAccuracy } = record;
  const judged = trial.experiment.training.validation === 'test' ? 'test' : 'validation';
  const parts = [
    `epoch ${record.epoch}/${trial.experiment.training.epochs}`,
    `loss ${record.trainLoss.toFixed(3)}`,
    `accuracy ${renderPercent(record.trainAccuracy)}`,
    ...(validationAccuracy === undefined
      ? []
      : [`${judged} accuracy ${renderPercent(validationAccuracy)}`]),
    renderDuration(record.trainSeconds + record.validationSeconds),
  ];
  return `${renderTrialName(trial)}: ${parts.join(', ')}`;
}

/** What a process printed before it died may end in anything. */
function endSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** Renders a finished trial as one line. */
export function renderEndLine(result: TrialResult): string {
  const name = renderTrialName(result);
  if (result.status === 'failed') {
    const hint = result.hint ? ` ${renderHint(result.hint)}` : '';
    return `${name}: failed. ${endSentence(result.reason)}${hint}`;
  }
  const { accuracy } = result.test;
  return `${name}: test accuracy ${renderPercent(accuracy)} in ${renderDuration(result.durationSeconds)}`;
}
