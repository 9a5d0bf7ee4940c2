import type { TrainedArm } from './arm.js';

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

/** A rule that looks at one arm; `others` are the arms beside it. It is silent where the numbers it needs are missing. */
export interface FindingRule {
  readonly name: string;
  detect(
    arm: TrainedArm,
    others: readonly TrainedArm[],
  ): Pick<Finding, 'text' | 'numbers'> | undefined;
}
