import { type Cifar10, splitBalanced, takeBalanced } from '../cifar10/dataset.js';
import type { Experiment } from '../experiment/experiment.js';
import type { LabelledBytes } from '../training/image-table.js';

/** The images that a trial uses. */
export interface TrialData {
  readonly train: LabelledBytes;
  /** Training images kept back to judge epochs on. */
  readonly validation?: LabelledBytes;
  readonly test: LabelledBytes;
}

/** Takes the class-balanced subsets that an experiment asks for. */
export function selectTrialData(experiment: Experiment, data: Cifar10): TrialData {
  const { trainLimit, testLimit } = experiment.dataset;
  const { validation } = experiment.training;
  const test = testLimit === undefined ? data.test : takeBalanced(data.test, testLimit);
  const train = trainLimit === undefined ? data.train : takeBalanced(data.train, trainLimit);
  return typeof validation === 'object'
    ? { ...splitBalanced(train, validation.split), test }
    : { train, test };
}
