import type { Results } from '../../results/result.js';
import type { View } from '../view/view.js';

/** Renders results in one form. */
type ExportRenderer = (results: Results, options: ExportOptions) => string;

/** A form of the results for other programs or readers. */
export interface ExportFormat {
  /** Also the name of the option: `--export-markdown`. */
  readonly name: string;
  /** For the help: "the table as Markdown". */
  readonly description: string;
  /** The help names all formats and needs none of them. */
  load(): Promise<ExportRenderer>;
}

/** What is shown of the results, in the forms that are tables. */
export type ExportOptions = View;
