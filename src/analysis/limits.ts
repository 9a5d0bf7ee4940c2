import { cifar10Counts } from '../cifar10/cifar10.js';
import type { TrialResult } from '../results/result.js';
import { renderCount, renderEpochs, renderList } from '../text/quantities.js';

/** Tells whether a trial saw fewer images or another number of epochs than its file's published result is of. */
export function isLimited({ experiment, writtenEpochs }: TrialResult): boolean {
  const { trainLimit = cifar10Counts.train, testLimit = cifar10Counts.test } = experiment.dataset;
  return (
    trainLimit < cifar10Counts.train ||
    testLimit < cifar10Counts.test ||
    experiment.training.epochs !== writtenEpochs
  );
}

/** Renders how trials were limited: "2,000 of 50,000 training images, 3 of 10 or 3 of 20 epochs". */
export function renderLimits(trials: readonly TrialResult[]): string {
  const train = trials.map(
    ({ experiment }) => experiment.dataset.trainLimit ?? cifar10Counts.train,
  );
  const test = trials.map(({ experiment }) => experiment.dataset.testLimit ?? cifar10Counts.test);
  const epochs = trials.flatMap(({ experiment, writtenEpochs }) =>
    experiment.training.epochs === writtenEpochs
      ? []
      : [`${renderEpochs(experiment.training.epochs)} of ${renderEpochs(writtenEpochs)}`],
  );
  const parts = [
    renderImages(train, cifar10Counts.train, 'training images'),
    renderImages(test, cifar10Counts.test, 'test images'),
    epochs.length > 0 ? `${renderList([...new Set(epochs)], 'or')} epochs` : '',
  ];
  return parts.filter((part) => part !== '').join(', ');
}

function renderImages(limits: readonly number[], all: number, noun: string): string {
  const fewer = [...new Set(limits)].filter((limit) => limit < all);
  if (fewer.length === 0) return '';
  return `${renderList(fewer.map(renderCount), 'or')} of ${renderCount(all)} ${noun}`;
}
