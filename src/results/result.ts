import type { Experiment } from '../experiment/experiment.js';
import type { Change } from '../experiment/sweep/key-path.js';
import type { Precision } from '../graph/precision.js';
import type { EpochRecord } from '../training/train.js';
import type { WeightAverageOptions } from '../training/weight-average.js';
import type { Diagnostics } from './diagnostics.js';

/** What `results.json` holds. `version` changes when a reader of the older form would misread it. */
export interface Results {
  readonly format: 'prep-lab results';
  readonly version: 2;
  /** In the order of the plan; those not yet ended are missing. */
  readonly trials: readonly TrialResult[];
  /** What fixed rules say of the numbers; left out before version 2. */
  readonly findings?: readonly Finding[];
}

/** One thing that the numbers of an arm say, by a fixed rule. */
export interface Finding {
  /** The experiment's name, and what a sweep changed in it. */
  readonly arm: string;
  /** The rule's name in kebab-case. */
  readonly rule: string;
  /** One or two sentences with the numbers that made the rule speak. */
  readonly text: string;
  /** The same numbers, unrounded; means over the arm's seeds. */
  readonly numbers: Readonly<Record<string, number>>;
}

/** What a trial's numbers were made with. */
export interface Environment {
  readonly prepLab: string;
  readonly node: string;
  readonly tensorflow: string;
  readonly platform: string;
  readonly device: 'cpu' | 'gpu';
  /** The processor's or the GPU's name. */
  readonly deviceName: string;
  /** Version of NVIDIA's driver; left out on the CPU. */
  readonly driver?: string;
  /** CPU threads for one op; another number changes the last digits. */
  readonly threads: number;
  /**
   * What the network computed in, as the trial's recipe says. `bfloat16`: a mode before version 0.1.0 in which oneDNN rounded
   * factors.
   */
  readonly precision: Precision | 'bfloat16';
  readonly execution: 'graph' | 'eager';
  /**
   * `own`: what prep-lab has kernels for was computed by them; `composed`: by TensorFlow's ops. Left out in results from
   * before there were any: then as `composed`.
   */
  readonly kernels?: 'own' | 'composed';
}

/** What trials of a run share: the precision is each one's own. */
export type Surroundings = Omit<Environment, 'precision'>;

/** Who asked for a trial, and from which state of their files. Nothing here changes a number. */
export interface Provenance {
  /** The program's arguments, as the shell passed them. */
  readonly commandLine: readonly string[];
  /** Of the working directory's repository; left out where there is none. */
  readonly git?: {
    readonly commit: string;
    /** Whether files of the commit were changed; others beside them do not count. */
    readonly isDirty: boolean;
  };
}

export type TrialResult = DoneTrial | FailedTrial;

export type { Change } from '../experiment/sweep/key-path.js';

/** What is known of a trial however it ends. */
export interface TrialIdentity {
  /** Experiment, seed and the start of the key: also the name of the trial's folder. */
  readonly id: string;
  /** SHA-256 of all that can change the trial's numbers, in hex. */
  readonly key: string;
  /** The same without prep-lab's own code; left out before that was known. */
  readonly settingKey?: string;
  /** All defaults filled in, and what the command line changed. */
  readonly experiment: Experiment;
  /** What a sweep or `--set` changed, in its order; empty without. */
  readonly changes: readonly Change[];
  /** The pipeline and the model as `renderPipeline` and `renderModel` shorten them, for tables. */
  readonly summary: { readonly preprocessing: string; readonly model: string };
  /** The epochs that the file asks for; `experiment.training.epochs` may be fewer, by the command line. */
  readonly writtenEpochs: number;
  readonly seed: number;
  readonly environment: Environment;
  readonly provenance: Provenance;
  /** SHA-256 of each data file. */
  readonly dataSha256: Readonly<Record<string, string>>;
  /** ISO 8601; of the first start, if the trial was continued. */
  readonly startedAt: string;
  /** Of all starts together, without the pauses between them. */
  readonly durationSeconds: number;
  /** How often the trial was continued from a checkpoint. */
  readonly resumeCount: number;
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
  /** The final weights on the test images, by their views if the recipe has any. Range: accuracy 0..1. */
  readonly test: {
    readonly accuracy: number;
    readonly loss: number;
    /** The epoch that the weights are from, counted from 1. */
    readonly epoch: number;
    /** `best`: EarlyStopping restored that epoch. `last`: the training's last epoch. */
    readonly weights: 'last' | 'best';
    /** Set where they are a moving average of the training's weights, by its name. */
    readonly average?: WeightAverageOptions['name'];
    /**
     * One bit an image, in the order of the test images, lowest bit of each byte first: 1 where the class was right.
     * Base64. Left out in results of version 1.
     */
    readonly right?: string;
    /** On the images as they are, where the other numbers are from `training.testViews`. */
    readonly withoutViews?: { readonly accuracy: number; readonly loss: number };
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
  /** What the model learned from the training images, where it learns; weights are left out. */
  readonly modelFitted?: Readonly<Record<string, readonly number[]>>;
  /** Left out where they were switched off. */
  readonly diagnostics?: Diagnostics;
}
