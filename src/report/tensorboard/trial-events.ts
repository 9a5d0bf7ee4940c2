import type { CorruptionResult } from '../../results/corruption-accuracy.js';
import type { TrialResult } from '../../results/result.js';
import { computeMean } from '../../statistics/mean.js';
import type { EpochRecord } from '../../training/train.js';
import { flattenHyperparameters, renderEvents, type Scalar } from './event.js';

/** A file of bytes below a folder. */
export interface EventFile {
  /** With slashes, safe to join to a folder. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Renders a trial as one of TensorBoard's runs: scalars an epoch, the test result, hyperparameters. */
export function renderTrialEvents(trial: TrialResult): EventFile {
  const { experiment, changes, startedAt, durationSeconds } = trial;
  const startSeconds = Date.parse(startedAt) / 1000 || 0;
  const hyperparameters = flattenHyperparameters(trial);
  const session = {
    hyperparameters,
    group: JSON.stringify([experiment.name, changes, hyperparameters]),
    startSeconds,
    endSeconds: startSeconds + durationSeconds,
    outcome: trial.status === 'done' ? 'success' : 'failure',
  } as const;
  const bytes = renderEvents(session, scalarsOf(trial, startSeconds));
  const folder = toFolderName(trial.id);
  // The same trial has the same name, so that a second export replaces the first.
  return { path: `${folder}/events.out.tfevents.${Math.floor(startSeconds)}.prep-lab`, bytes };
}

/** File systems take names of 255 bytes. */
const longestName = 200;

/** Ids are safe as names of folders, unless somebody wrote them into a results file by hand. */
function toFolderName(id: string): string {
  const name = id.replace(/[^\w.-]/g, '-').replace(/^\.+/, '');
  return name.slice(0, longestName) || 'trial';
}

function scalarsOf(trial: TrialResult, startSeconds: number): Scalar[] {
  let wallSeconds = startSeconds;
  const scalars = trial.history.flatMap((record) => {
    wallSeconds += record.trainSeconds + record.validationSeconds;
    return epochScalars(record, wallSeconds);
  });
  if (trial.status === 'failed') return scalars;
  const { accuracy, loss, epoch: step } = trial.test;
  const at = { step, wallSeconds: startSeconds + trial.durationSeconds };
  return [
    ...scalars,
    { tag: 'accuracy/test', value: accuracy, ...at },
    { tag: 'loss/test', value: loss, ...at },
    ...corruptionScalars(trial.corruptions, at),
  ];
}

function corruptionScalars(
  corruptions: CorruptionResult | undefined,
  at: Pick<Scalar, 'step' | 'wallSeconds'>,
): Scalar[] {
  if (!corruptions) return [];
  const kinds = corruptions.kinds.map(({ name, accuracies }) => ({
    tag: `corruption accuracy/${name}`,
    value: computeMean(accuracies),
    ...at,
  }));
  return [{ tag: 'accuracy/corrupted', value: corruptions.accuracy, ...at }, ...kinds];
}

function epochScalars(record: EpochRecord, wallSeconds: number): Scalar[] {
  const values = {
    'accuracy/train': record.trainAccuracy,
    'accuracy/validation': record.validationAccuracy,
    'loss/train': record.trainLoss,
    'loss/validation': record.validationLoss,
    'learning rate': record.learningRate,
    'seconds/train': record.trainSeconds,
  };
  return Object.entries(values).flatMap(([tag, value]) =>
    value === undefined ? [] : [{ tag, value, step: record.epoch, wallSeconds }],
  );
}
