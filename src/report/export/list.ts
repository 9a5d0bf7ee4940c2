import { renderMarkdownTable } from '../markdown-table.js';
import { renderCsv } from './csv.js';
import type { ExportFormat } from './format.js';
import { renderJson } from './json.js';

/** The forms that results can be exported in: each has an option `--export-NAME`. */
export const exportFormats: readonly ExportFormat[] = [
  { name: 'markdown', description: 'the table as Markdown', render: renderMarkdownTable },
  { name: 'csv', description: 'one line a trial and epoch', render: renderCsv },
  { name: 'json', description: 'all results, as in results.json', render: renderJson },
];

export type { ExportOptions } from './format.js';
