import type { Finding } from '../../analysis/findings/finding.js';
import type { TrainedArm } from '../../analysis/findings/trained-arm.js';
import type { Results } from '../../results/result.js';
import type { SearchRecord } from '../../runner/store/search-file.js';
import type { Evidence } from './evidence.js';
import { type Html, html } from './html.js';

/** All that a report is made from. */
export interface ReportContent {
  readonly results: Results;
  /** Those that are drawn: all, or some of many. */
  readonly arms: readonly TrainedArm[];
  readonly findings: readonly Finding[];
  /** Name of the arm that others are compared with. */
  readonly control?: string;
  readonly evidence: Evidence;
  readonly searches: readonly SearchRecord[];
}

/** A part of the report with a heading of its own. */
export interface Section {
  /** For links; in kebab-case. */
  readonly id: string;
  readonly title: string;
  /** Says what is missing where the results lack what it shows; leaves itself out where that would say nothing. */
  render(content: ReportContent): Promise<Html | undefined>;
}

/** Says why a section is empty; nothing where nothing was trained. */
export function missingDiagnostics(arms: readonly TrainedArm[]): Html | undefined {
  if (arms.length === 0) return undefined;
  return html`<p class="muted">These results hold no diagnostics: they were switched off, or an earlier prep-lab made the results.</p>
`;
}
