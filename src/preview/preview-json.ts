import type { Preview } from './create-preview.js';

/** Renders the numbers of previews, without the images. What is not finite becomes null. */
export function renderPreviewJson(previews: readonly Preview[]): string {
  const rows = previews.map(({ columns, ...preview }) => ({
    ...preview,
    columns: columns.map(({ draws: _, ...column }) => column),
  }));
  return `${JSON.stringify({ version: 1, previews: rows }, null, 2)}\n`;
}
