import { existsSync } from 'node:fs';
import { computeRows } from '#prep-lab/report/rows.js';
import { readResults } from '#prep-lab/results/read-results.js';
import { escapeMarkdown } from '#prep-lab/text/markdown.js';

const folder = 'results/robustness';
const columns = [
  'experiment',
  'preprocessing',
  'test accuracy',
  'corrupted',
  'seeds',
  'corrupted difference',
] as const;

/** Renders what the study's experiments reach on clean and on corrupted images. */
export async function renderRobustnessTable(): Promise<string> {
  if (!existsSync(`${folder}/results.json`)) return 'Not run yet.';
  const { rows } = computeRows(await readResults(folder), { control: 'minmax' });
  const lines = rows.map(({ cells }) => columns.map((name) => escapeMarkdown(cells[name] ?? '-')));
  return [columns, ['---', '---', '---:', '---:', '---:', '---:'], ...lines]
    .map((texts) => `| ${texts.join(' | ')} |`)
    .join('\n');
}
