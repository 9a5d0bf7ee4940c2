import type { ExportFormat } from './format.js';

/** The forms that results can be exported in: each has an option `--export-NAME`. */
export const exportFormats: readonly ExportFormat[] = [
  {
    name: 'markdown',
    description: 'the table as Markdown',
    load: async () => (await import('../markdown-table.js')).renderMarkdownTable,
  },
  {
    name: 'csv',
    description: 'one line a trial and epoch',
    load: async () => (await import('./csv.js')).renderCsv,
  },
  {
    name: 'json',
    description: 'all results, as in results.json',
    load: async () => (await import('./json.js')).renderJson,
  },
  {
    name: 'html',
    description: 'the table as a page',
    load: async () => (await import('./html.js')).renderHtml,
  },
];
