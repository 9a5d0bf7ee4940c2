import type { Arm } from '../../analysis/comparison/arm.js';
import { isLimited, renderLimits } from '../../analysis/limits.js';
import type { DoneTrial, Results } from '../../results/result.js';
import { toPlainText } from '../../text/plain-text.js';
import { renderCount, renderDuration, renderList, renderNames } from '../../text/quantities.js';
import { resolveViews } from '../../training/views.js';
import type { Comparisons } from '../compared-arms.js';
import { noteOnEnvironments } from '../origin.js';
import type { Note } from './note.js';
import { noteOnSearch } from './search.js';

/** Returns the notes on how trials were trained and judged, each only where it applies. */
export function noteOnTrials({ trials }: Results, comparisons: Comparisons): Note[] {
  const done = trials.filter((trial) => trial.status === 'done');
  if (done.length === 0) return [];
  const arms = comparisons.arms.map(({ arm }) => arm);
  const isSingle = arms.some((arm) => arm.done.length === 1);
  return [
    { rank: 'warning', text: noteOnLimits(done, arms) },
    { rank: 'warning', text: noteOnSearch(arms) },
    { rank: 'warning', text: noteOnChoice(done, arms) },
    { rank: 'warning', text: noteOnTuning(done, arms) },
    { rank: 'warning', text: noteOnMissing(arms) },
    { rank: 'warning', text: noteOnEnvironments(arms) },
    { rank: 'warning', text: isSingle ? noteOnSpread(done) : '' },
    { rank: 'remark', text: noteOnEarlyStop(done, arms) },
    { rank: 'meaning', text: noteOnWeights(done, arms) },
    { rank: 'meaning', text: noteOnViews(done, arms) },
    { rank: 'meaning', text: noteOnAverages(done, arms) },
    { rank: 'meaning', text: noteOnSeeds(arms) },
    {
      rank: 'meaning',
      text: noteOnBudgets(comparisons),
      columns: ['at equal images', 'at equal time'],
    },
    { rank: 'meaning', text: noteOnBest(done), columns: ['best'] },
    { rank: 'meaning', text: noteOnSplits(done), columns: ['best'] },
    { rank: 'meaning', text: noteOnPublished(done), columns: ['published'] },
    { rank: 'meaning', text: differenceNote, columns: ['difference'] },
  ];
}

const differenceNote = 'Difference: test accuracy minus published, in points.';

/** From eight runs of Keras with two seeds, 10 epochs of the baseline on all images. */
const spreadNote =
  'Another seed moves a result by 1 to 4 points (full runs of the baseline), so smaller differences between single trials mean nothing.';

/** On other data nobody has measured it. */
function noteOnSpread(done: readonly DoneTrial[]): string {
  const isMeasured = done.every(
    ({ experiment: { dataset } }) => 'name' in dataset && dataset.name === 'cifar10',
  );
  return isMeasured
    ? spreadNote
    : 'Another seed moves a result (on CIFAR-10 by 1 to 4 points): how much here, only more seeds tell.';
}

function noteOnLimits(done: readonly DoneTrial[], arms: readonly Arm[]): string {
  const limited = done.filter(isLimited);
  if (limited.length === 0) return '';
  const which = limited.length === done.length ? '' : ` (${nameTrials(limited, arms)})`;
  return `Short run${which}: ${renderLimits(limited)}. Do not compare with full or published results.`;
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

/** Shards, and runs that were stopped, leave arms with some of their seeds. A race takes as many as it needs. */
function noteOnMissing(arms: readonly Arm[]): string {
  if (arms.some(({ done: [first] }) => first?.experiment.race)) return '';
  const parts = arms.flatMap((arm) => {
    const seeds = listMissingSeeds(arm);
    if (seeds.length === 0) return [];
    return [
      `${toPlainText(arm.name)}: ${seeds.length === 1 ? 'seed' : 'seeds'} ${renderNames(seeds.map(String))}`,
    ];
  });
  if (parts.length === 0) return '';
  const shown = parts.length > 8 ? `${parts.length} rows` : parts.join('; ');
  return `Not trained yet, so left out of the means: ${shown}.`;
}

/** Without a trained seed there is no mean that lacks one. */
function listMissingSeeds({ done, failed }: Arm): number[] {
  if (done.length === 0) return [];
  const trials = [...done, ...failed];
  const asked = new Set(trials.flatMap(({ experiment }) => experiment.seeds));
  for (const { seed } of trials) asked.delete(seed);
  return [...asked].sort((a, b) => a - b);
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
  const sources = done.flatMap(({ experiment }) => experiment.published?.source ?? []);
  return sources.length > 0
    ? `Published: ${[...new Set(sources.map(toPlainText))].join('; ')}.`
    : '';
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
