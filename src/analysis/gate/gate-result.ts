import type { ArmComparison, Verdict } from '../comparison/compare-arms.js';
import type { CorruptionComparison } from '../comparison/compare-corruptions.js';
import type { Finding } from '../findings/finding.js';
import { type Aspect, aspects } from './aspects.js';

/**
 * `too few`: the difference is too large to be called none, and there are too few seeds to tell it from chance. Where it
 * is a drop, the gate fails.
 */
export type GateVerdict = Verdict | 'not comparable';

/** What a comparison was asked for. */
export interface GateRules {
  /** Smallest difference of accuracies that counts. Range: 0..1. */
  readonly threshold: number;
  /** Probability of a false alarm in one comparison of two files, two-sided. */
  readonly alpha: number;
  /** Whether that probability is shared by all experiments of a file, or each has it for itself. */
  readonly correction: 'holm' | 'none';
  /** What may differ or be missing. */
  readonly allow: readonly AllowName[];
  /** Whether all that differs makes two sides not comparable, not only data and epochs. */
  readonly isStrict: boolean;
}

/** What `--allow` names: what differs, or what is not there. */
export const allowNames = [...aspects, 'missing', 'new', 'seeds', 'few-seeds'] as const;

export type AllowName = (typeof allowNames)[number];

/** Something that a side has and the other has not, or has otherwise. */
export interface Difference {
  readonly aspect: Aspect;
  /** Such as `training.batchSize`. */
  readonly path: string;
  readonly base: string;
  readonly head: string;
  /** Whether it makes the sides not comparable. */
  readonly blocks: boolean;
}

/** Why a comparison cannot be made or does not pass. */
export interface Obstacle {
  /** What `--allow` would have to name; left out where nothing helps. */
  readonly allow?: AllowName;
  /** One sentence. */
  readonly reason: string;
}

/** One side of an experiment: means over its finished trials. */
export interface SideSummary {
  readonly seeds: readonly number[];
  /** Test accuracy of each seed, in their order. Range: 0..1. */
  readonly accuracies: readonly number[];
  readonly meanAccuracy: number;
  /** Left out for a single seed. */
  readonly standardDeviation?: number;
}

/** A rule of the experiment file, and what came of it. */
export interface ThresholdCheck {
  readonly arm: string;
  readonly metric: string;
  /** As the file says it: ">= 0.68". */
  readonly rule: string;
  readonly passes: boolean;
  /** Mean over the seeds; left out where there is none. */
  readonly value?: number;
  /** The number that the rule stands for; left out where the baseline for it is missing. */
  readonly bound?: number;
  /** Why it could not be checked. */
  readonly reason?: string;
}

/** One experiment, as a sweep changed it, on both sides. */
export interface ArmVerdict {
  readonly arm: string;
  readonly verdict: GateVerdict;
  /** Whether it lets the gate pass: no worse, no drop that is too few, comparable, and all thresholds kept. */
  readonly passes: boolean;
  /** Left out where the side has no finished trial. */
  readonly base?: SideSummary;
  readonly head?: SideSummary;
  /** Left out where the sides are not comparable. */
  readonly comparison?: ArmComparison;
  /** Of corrupted test images; it decides nothing by itself. Left out where a side was not judged on them, or on others. */
  readonly corruptions?: CorruptionComparison;
  /** The p-value after the correction for the number of experiments that were tested. */
  readonly correctedPValue?: number;
  /** `too few` only: seeds a side that would tell such a difference four times in five; left out if not known. */
  readonly neededSeeds?: number;
  readonly obstacles: readonly Obstacle[];
  readonly differences: readonly Difference[];
  readonly thresholds: readonly ThresholdCheck[];
  /** What a reader must know of this number. */
  readonly notes: readonly string[];
}

/** Two result files against each other. */
export interface GateComparison {
  /** As they were given. */
  readonly base: string;
  readonly head: string;
  readonly passes: boolean;
  readonly arms: readonly ArmVerdict[];
  /** Why it fails although no experiment does. */
  readonly obstacles: readonly Obstacle[];
  /** What the rules find in the head and not, for the same experiment, in the base; those of what fails come first. */
  readonly findings: readonly Finding[];
}

/** What `prep-lab compare` found. `version` changes when a reader of the older form would misread it. */
export interface GateReport {
  readonly format: 'prep-lab comparison';
  readonly version: 1;
  readonly passes: boolean;
  readonly rules: GateRules;
  readonly comparisons: readonly GateComparison[];
}
