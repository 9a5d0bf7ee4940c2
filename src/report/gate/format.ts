import type { GateReport } from '../../gate/gate-result.js';

/** A form of a comparison: for people, for CI systems or for other programs. */
export interface GateFormat {
  /** What `--format` names. */
  readonly name: string;
  /** The help names all formats and needs none of them. */
  load(): Promise<(report: GateReport) => string>;
}
