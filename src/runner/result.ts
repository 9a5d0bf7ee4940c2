import type { Experiment } from '../experiment/experiment.js';
import type { EpochRecord } from '../training/train.js';

/** What `results.json` holds. `version` changes when a reader of the older form would misread it. */
export interface Results {
  readonly format: 'prep-lab results';
  readonly version: 1;
  readonly environment: Environment;
  /** In the order of the run; those not yet trained are missing. */
  readonly trials: readonly TrialResult[];
}

/** What the numbers were made with. */
export interface Environment {
  readonly prepLab: string;
  readonly node: string;
  readonly tensorflow: string;
  readonly platform: string;
  readonly device: 'cpu' | 'gpu';
  /** The processor's or the GPU's name. */
  readonly deviceName: string;
  /** CPU threads for one op; another number changes the last digits. */
  readonly threads: number;
  /** `bfloat16`: products may have been computed from rounded factors. */
  readonly precision: 'float32' | 'bfloat16';
  readonly execution: 'graph' | 'eager';
}

export type TrialResult = DoneTrial | FailedTrial;

/** What is known of a trial however it ends. */
export interface TrialIdentity {
  /** Experiment, seed and a hash of all that was configured: also the name of the trial's folder. */
  readonly id: string;
  /** All defaults filled in, and what the command line changed. */
  readonly experiment: Experiment;
  /** The pipeline and the model as `renderPipeline` and `renderNamed` shorten them, for tables. */
  readonly summary: { readonly preprocessing: string; readonly model: string };
  /** The epochs that the file asks for; `experiment.training.epochs` may be fewer, by the command line. */
  readonly writtenEpochs: number;
  readonly seed: number;
  /** SHA-256 of each data file. */
  readonly dataSha256: Readonly<Record<string, string>>;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationSeconds: number;
}

export interface FailedTrial extends TrialIdentity {
  readonly status: 'failed';
  /** Why, in one sentence. */
  readonly reason: string;
  readonly hint?: string;
  readonly history: readonly EpochRecord[];
}

export interface DoneTrial extends TrialIdentity {
  readonly status: 'done';
  readonly history: readonly EpochRecord[];
  readonly imageCounts: {
    readonly train: number;
    /** 0 where epochs were judged on the test images or not at all. */
    readonly validation: number;
    readonly test: number;
  };
  readonly parameterCount: number;
  /** The final weights on the test images. Range: accuracy 0..1. */
  readonly test: {
    readonly accuracy: number;
    readonly loss: number;
    /** The epoch that the weights are from, counted from 1. */
    readonly epoch: number;
    /** `best`: EarlyStopping restored that epoch. `last`: the training's last epoch. */
    readonly weights: 'last' | 'best';
  };
  /** The epoch with the highest validation accuracy; left out without validation. */
  readonly best?: {
    readonly epoch: number;
    readonly accuracy: number;
    /** `test`: chosen on the test images themselves, so too good by the choice. */
    readonly judgedOn: 'test' | 'split';
  };
  readonly stoppedEarly: boolean;
  /** Seconds of all training steps, without evaluation, and the images that they took in a second. */
  readonly trainSeconds: number;
  readonly imagesPerSecond: number;
  /** What each stage learned from the training images, where it learns; per-pixel statistics are left out. */
  readonly fitted: readonly Readonly<Record<string, readonly number[]>>[];
}
