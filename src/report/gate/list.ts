import type { GateReport } from '../../analysis/gate/gate-result.js';
import type { GateStyle } from './table.js';

/** A form of a comparison: for people, for CI systems or for other programs. */
export interface GateFormat {
  /** What `--format` names. */
  readonly name: string;
  /** The help names all formats and needs none of them. */
  load(): Promise<(report: GateReport, style?: GateStyle) => string>;
}

/** The forms that a comparison can be printed in. */
export const gateFormats: readonly GateFormat[] = [
  { name: 'table', load: async () => (await import('./table.js')).renderGateTable },
  { name: 'markdown', load: async () => (await import('./markdown.js')).renderGateMarkdown },
  { name: 'json', load: async () => (await import('./json.js')).renderGateJson },
  { name: 'csv', load: async () => (await import('./csv.js')).renderGateCsv },
  { name: 'github', load: async () => (await import('./github.js')).renderGithub },
  { name: 'junit', load: async () => (await import('./junit.js')).renderJunit },
];
