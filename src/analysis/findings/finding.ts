import type { Finding, Observation } from '../../results/result.js';
import type { TrainedArm } from './trained-arm.js';

export type { Finding };

/** A rule that looks at one arm; `others` are the arms beside it, at most thirty. It is silent where the numbers it needs are missing. */
export interface FindingRule {
  readonly name: string;
  /** `fault`: it makes the accuracy what it is. `remark`: it is worth knowing. */
  readonly severity: 'fault' | 'remark';
  detect(arm: TrainedArm, others: readonly TrainedArm[]): Observation | undefined;
}
