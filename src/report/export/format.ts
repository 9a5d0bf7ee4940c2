import type { Results } from '../../runner/result.js';

/** A form of the results for other programs or readers. */
export interface ExportFormat {
  /** Also the name of the option: `--export-markdown`. */
  readonly name: string;
  /** For the help: "the table as Markdown". */
  readonly description: string;
  render(results: Results, options: ExportOptions): string;
}

export interface ExportOptions {
  /** Name of the experiment that the others are compared with. */
  readonly control?: string;
}
