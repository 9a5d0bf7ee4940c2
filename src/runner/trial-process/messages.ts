import type { ClassLabels } from '../../datasets/labelled-images.js';
import type { Problem } from '../../problem.js';
import type { Provenance, Surroundings, TrialResult } from '../../results/result.js';
import type { Metrics } from '../../training/running-sums.js';
import type { EpochRecord } from '../../training/train.js';
import type { ExitCode } from '../../user-error.js';
import type { TrialPast } from '../checkpoint.js';
import type { Failure } from '../explain-failure.js';
import type { JudgedSets } from '../judge-corruptions.js';
import type { Trial } from '../trial.js';

/** All that a child process needs for its trial. */
export interface TrialOrder {
  readonly trial: Trial;
  /** ES modules with stages and models, absolute paths. */
  readonly plugins: readonly string[];
  /** The folder with the images. */
  readonly dataFolder: string;
  /** What is to compute, and how; goes into the result. */
  readonly environment: Surroundings;
  readonly verbose: boolean;
  readonly provenance: Provenance;
  /** Where the trial keeps its checkpoints, and what proves that it may write there. */
  readonly folder: string;
  readonly leaseToken: string;
  /** Whether someone looks at loss and accuracy within an epoch: reading them waits for the engine. */
  readonly showsMetrics: boolean;
  /** False leaves the result's diagnostics out. */
  readonly diagnostics: boolean;
  /** Whether the weights that the trial is judged with stay in its folder. */
  readonly keepWeights: boolean;
  /** The trial is left after this epoch, with a checkpoint; left out, it goes on to its end. */
  readonly untilEpoch?: number;
  /** Whether the process may take another order after this one. */
  readonly mayStay: boolean;
}

/** Where a trial is, as numbers: in its training, or in what follows it. */
export type ProgressNumbers = TrainingNumbers | JudgedSets;

export interface TrainingNumbers {
  readonly epoch: number;
  readonly epochs: number;
  readonly step: number;
  readonly steps: number;
  readonly imagesPerSecond: number;
  /** Of the epoch so far; not with every message. */
  readonly metrics?: Metrics;
}

/** From the parent to the child. */
export type ParentMessage =
  | { readonly type: 'start'; readonly order: TrialOrder }
  /** Finish the step, write a checkpoint and end. */
  | { readonly type: 'stop' };

/** From the child to the parent; the last six end the trial, and all of them but those that stay the process. Each one is a sign of life. */
export type ChildMessage =
  | { readonly type: 'alive' }
  | { readonly type: 'note'; readonly text: string }
  | { readonly type: 'progress'; readonly progress: ProgressNumbers }
  | { readonly type: 'epoch'; readonly record: EpochRecord }
  | {
      readonly type: 'resumed';
      readonly epoch: number;
      readonly step: number;
      readonly past: TrialPast;
      readonly history: readonly EpochRecord[];
    }
  | {
      readonly type: 'ended';
      readonly result: TrialResult;
      readonly predicted?: ClassLabels;
      /** Whether the process takes another order now, or ends. */
      readonly stays: boolean;
    }
  | { readonly type: 'interrupted' }
  /** It was left after the epoch that its order named. */
  | { readonly type: 'paused'; readonly stays: boolean }
  /** It failed before its training could say so. */
  | { readonly type: 'failed'; readonly failure: Failure }
  /** Not the trial's fault: the run ends with this code. */
  | (Problem & { readonly type: 'broken'; readonly exitCode: ExitCode })
  | { readonly type: 'bug'; readonly stack: string };
