import type { TrialResult } from '../results/result.js';
import { renderCount, renderEpochs, renderList } from '../text/quantities.js';

/** All of CIFAR-10: what published results were trained and tested on. */
const allImages = { train: 50_000, test: 10_000 };

/** Tells whether a trial saw fewer images or another number of epochs than its file's published result is of. */
export function isLimited({ experiment, writtenEpochs }: TrialResult): boolean {
  const { trainLimit = allImages.train, testLimit = allImages.test } = experiment.dataset;
  return (
    trainLimit < allImages.train ||
    testLimit < allImages.test ||
    experiment.training.epochs !== writtenEpochs
  );
}

/** Renders how trials were limited: "2,000 of 50,000 training images, 3 of 10 or 3 of 20 epochs". */
export function renderLimits(trials: readonly TrialResult[]): string {
  const train = trials.map(({ experiment }) => experiment.dataset.trainLimit ?? allImages.train);
  const test = trials.map(({ experiment }) => experiment.dataset.testLimit ?? allImages.test);
  const epochs = trials.flatMap(({ experiment, writtenEpochs }) =>
    experiment.training.epochs === writtenEpochs
      ? []
      : [`${renderEpochs(experiment.training.epochs)} of ${renderEpochs(writtenEpochs)}`],
  );
  const parts = [
    renderImages(train, allImages.train, 'training images'),
    renderImages(test, allImages.test, 'test images'),
    epochs.length > 0 ? `${renderList([...new Set(epochs)], 'or')} epochs` : '',
  ];
  return parts.filter((part) => part !== '').join(', ');
}

function renderImages(limits: readonly number[], all: number, noun: string): string {
  const fewer = [...new Set(limits)].filter((limit) => limit < all);
  if (fewer.length === 0) return '';
  return `${renderList(fewer.map(renderCount), 'or')} of ${renderCount(all)} ${noun}`;
}
