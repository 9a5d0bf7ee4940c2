import type { DoneTrial, Results, TrialResult } from '../runner/result.js';
import { isLimited, renderLimits } from './limits.js';
import { toPlainText } from './plain-text.js';
import { renderCount, renderList } from './quantities.js';
import { renderTrialName } from './rows.js';

/** Returns the sentences that a reader of the table needs, each only where it applies. */
export function computeNotes({ trials }: Results): string[] {
  const done = trials.filter((trial) => trial.status === 'done');
  if (done.length === 0) return [];
  const notes = [
    noteOnLimits(done),
    noteOnWeights(done),
    noteOnChoice(done),
    noteOnBest(done),
    noteOnEarlyStop(done),
    noteOnPublished(done),
    spreadNote,
  ];
  return notes.filter((note) => note !== '');
}

/** From eight runs of Keras with two seeds, 10 epochs of the baseline on all images. */
const spreadNote =
  'Another seed moves a result by 1 to 4 points (full runs of the baseline), so smaller differences between single trials mean nothing.';

function noteOnLimits(done: readonly DoneTrial[]): string {
  const limited = done.filter(isLimited);
  if (limited.length === 0) return '';
  const which = limited.length === done.length ? '' : ` (${renderNames(limited)})`;
  const published = limited.some(({ experiment }) => experiment.published);
  const consequence = published
    ? 'do not compare with the published values, which are of full runs.'
    : 'do not compare with full runs.';
  return `Short run${which}: ${renderLimits(limited)}: ${consequence}`;
}

function noteOnWeights(done: readonly DoneTrial[]): string {
  const restored = done.filter(({ test }) => test.weights === 'best');
  const counts = [...new Set(done.map(({ imageCounts }) => renderCount(imageCounts.test)))];
  const start = `Test accuracy: on ${renderList(counts, 'or')} test images, with the weights`;
  if (restored.length === 0) return `${start} after the last epoch.`;
  const epochs = restored.map((trial) => `${renderTrialName(trial)}: epoch ${trial.test.epoch}`);
  const best = `of the best epoch, which early stopping restored (${epochs.join('; ')})`;
  return restored.length === done.length
    ? `${start} ${best}.`
    : `${start} after the last epoch, or ${best}.`;
}

function noteOnChoice(done: readonly DoneTrial[]): string {
  const chosen = done.filter(({ experiment: { training } }) => {
    const callbacks = [training.earlyStopping, training.reduceLearningRateOnPlateau];
    const watches = callbacks.some((callback) => callback?.monitor.startsWith('validation'));
    return watches && training.validation === 'test';
  });
  if (chosen.length === 0) return '';
  return `Early stopping or the learning rate followed the test images, as in the study, so the test accuracy is too good (${renderNames(chosen)}); "validation": {"split": 5000} keeps training images back instead.`;
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

function noteOnEarlyStop(done: readonly DoneTrial[]): string {
  const stopped = done.filter(({ stoppedEarly }) => stoppedEarly);
  return stopped.length > 0 ? `Stopped early: ${renderNames(stopped)}.` : '';
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

function renderNames(trials: readonly TrialResult[]): string {
  return renderList(trials.map(renderTrialName));
}
