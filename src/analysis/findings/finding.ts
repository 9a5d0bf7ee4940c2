import type { Finding } from '../../results/result.js';
import type { TrainedArm } from './arm.js';

export type { Finding };

/** A rule that looks at one arm; `others` are the arms beside it, at most thirty. It is silent where the numbers it needs are missing. */
export interface FindingRule {
  readonly name: string;
  detect(
    arm: TrainedArm,
    others: readonly TrainedArm[],
  ): Pick<Finding, 'text' | 'numbers'> | undefined;
}
