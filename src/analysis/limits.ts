import { countLimited, factsOf } from '../datasets/facts.js';
import type { TrialResult } from '../results/result.js';
import { renderCount, renderEpochs, renderList } from '../text/quantities.js';

/** Tells whether a trial saw fewer images or another number of epochs than its file's published result is of. */
export function isLimited({ experiment, writtenEpochs }: TrialResult): boolean {
  const { counts } = factsOf(experiment.dataset);
  const { train, test } = countLimited(experiment.dataset);
  return train < counts.train || test < counts.test || experiment.training.epochs !== writtenEpochs;
}

/** Renders how trials were limited: "2,000 of 50,000 training images, 3 of 10 or 3 of 20 epochs". */
export function renderLimits(trials: readonly TrialResult[]): string {
  const epochs = trials.flatMap(({ experiment, writtenEpochs }) =>
    experiment.training.epochs === writtenEpochs
      ? []
      : [`${renderEpochs(experiment.training.epochs)} of ${renderEpochs(writtenEpochs)}`],
  );
  const parts = [
    renderImages(trials, 'train', 'training images'),
    renderImages(trials, 'test', 'test images'),
    epochs.length > 0 ? `${renderList([...new Set(epochs)], 'or')} epochs` : '',
  ];
  return parts.filter((part) => part !== '').join(', ');
}

/** Data sets of other sizes stand apart: "1,000 or 2,000 of 50,000 or 500 of 60,000 training images". */
function renderImages(
  trials: readonly TrialResult[],
  part: 'train' | 'test',
  noun: string,
): string {
  const limits = new Map<number, Set<number>>();
  for (const { experiment } of trials) {
    const all = factsOf(experiment.dataset).counts[part];
    const limit = countLimited(experiment.dataset)[part];
    if (limit < all) limits.set(all, (limits.get(all) ?? new Set()).add(limit));
  }
  const texts = [...limits].map(
    ([all, fewer]) => `${renderList([...fewer].map(renderCount), 'or')} of ${renderCount(all)}`,
  );
  return texts.length > 0 ? `${renderList(texts, 'or')} ${noun}` : '';
}
