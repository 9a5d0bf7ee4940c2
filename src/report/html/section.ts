import type { TrainedArm } from '../../findings/arm.js';
import type { Finding } from '../../findings/finding.js';
import type { Results } from '../../runner/result.js';
import type { Evidence } from './evidence.js';
import type { Html } from './html.js';

/** All that a report is made from. */
export interface ReportContent {
  readonly results: Results;
  /** Those that are drawn: all, or some of many. */
  readonly arms: readonly TrainedArm[];
  readonly findings: readonly Finding[];
  /** Name of the arm that others are compared with. */
  readonly control?: string;
  readonly evidence: Evidence;
}

/** A part of the report with a heading of its own. */
export interface Section {
  /** For links; in kebab-case. */
  readonly id: string;
  readonly title: string;
  /** Says what is missing where the results lack what it shows; leaves itself out where that would say nothing. */
  render(content: ReportContent): Promise<Html | undefined>;
}
