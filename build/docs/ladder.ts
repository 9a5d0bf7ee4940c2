import { previousArm } from '#prep-lab/analysis/comparison/control.js';
import { computeRows } from '#prep-lab/report/rows.js';
import { readResults } from '#prep-lab/results/read-results.js';
import { escapeMarkdown } from '#prep-lab/text/markdown.js';
import { missing } from '#prep-lab/text/quantities.js';

/** Renders the rungs of experiments/ladder that were trained: what each changes, and by how much it is better. */
export async function renderLadderTable(): Promise<string> {
  const { rows } = computeRows(await readResults('results/ladder'), { control: previousArm });
  const lines = rows.map(({ cells, trials }) => [
    cells.experiment ?? missing,
    trials[0]?.experiment.description ?? missing,
    cells['test accuracy'] ?? missing,
    cells['without views'] ?? missing,
    String(trials.length),
    cells['against previous'] ?? missing,
  ]);
  return [
    '| rung | what it changes | test accuracy | without views | seeds | against the rung before |',
    '| --- | --- | ---: | ---: | ---: | ---: |',
    ...lines.map((texts) => `| ${texts.map(escapeMarkdown).join(' | ')} |`),
  ].join('\n');
}
