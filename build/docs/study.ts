import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Catalogue, shippedCatalogue } from '#prep-lab/experiment/catalogue.js';
import type { Experiment } from '#prep-lab/experiment/experiment.js';
import { renderModel, renderPipeline } from '#prep-lab/experiment/pipeline-summary.js';
import { readExperiments } from '#prep-lab/experiment/read-experiment.js';
import { computeRows, type Row } from '#prep-lab/report/rows.js';
import { renderTitle } from '#prep-lab/report/title.js';
import { readResults } from '#prep-lab/results/read-results.js';
import { escapeMarkdown } from '#prep-lab/text/markdown.js';
import { missing, renderList, renderNames, renderPercent } from '#prep-lab/text/quantities.js';

/** The only place that README's accuracies come from. Paths are from the repository's root. */
const resultsFolder = 'results/study';
const experimentsFolder = 'experiments';

const columns = [
  { name: 'experiment', rule: '---' },
  { name: 'preprocessing', rule: '---' },
  { name: 'model', rule: '---' },
  { name: 'test accuracy', rule: '---:' },
  { name: 'published', rule: '---:' },
] as const;

type Cells = Readonly<Partial<Record<string, string>>>;

/** Reads the cells of the study's table by the name of their experiment. */
export async function readStudyCells(): Promise<ReadonlyMap<string, Cells>> {
  const { rows } = computeRows(await readResults(resultsFolder));
  return new Map(rows.map(({ cells }: Row) => [cells.experiment ?? '', cells]));
}

/**
 * Renders a row for each shipped experiment, and below what the numbers are of, with what else was run. One that was not run
 * yet has no accuracy.
 */
export async function renderStudyTable(): Promise<string> {
  const cells = await readStudyCells();
  const catalogue = shippedCatalogue();
  const shipped = await readExperiments(await listShippedFiles(), catalogue);
  const run = [...cells.keys()];
  const place = (name: string) => (run.includes(name) ? run.indexOf(name) : run.length);
  const rows = shipped
    .toSorted((a, b) => place(a.name) - place(b.name))
    .map((experiment) => cells.get(experiment.name) ?? describePlanned(experiment, catalogue));
  const lines = [
    columns.map(({ name }) => name),
    columns.map(({ rule }) => rule),
    ...rows.map((row) => columns.map(({ name }) => escapeMarkdown(row[name] ?? missing))),
  ];
  const table = lines.map((texts) => `| ${texts.join(' | ')} |`).join('\n');
  const names = shipped.map(({ name }) => name);
  const notRun = names.filter((name) => !run.includes(name));
  const others = run
    .filter((name) => !names.includes(name))
    .map((name) => `\`${name}\`: ${cells.get(name)?.['test accuracy']}`);
  const notes = [
    await renderCaption(),
    ...(others.length > 0 ? [`${renderList(others)}.`] : []),
    ...(notRun.length > 0 ? [`Not run yet: ${renderNames(notRun)}.`] : []),
  ];
  return `${table}\n\n${notes.join(' ')}`;
}

async function renderCaption(): Promise<string> {
  const title = renderTitle(await readResults(resultsFolder));
  return `[${title}](${resultsFolder}/table.md), in full, on two CPU cores.`;
}

async function listShippedFiles(): Promise<string[]> {
  const names = await readdir(experimentsFolder);
  return names
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .map((name) => join(experimentsFolder, name));
}

function describePlanned(experiment: Experiment, catalogue: Catalogue): Cells {
  const { name, preprocessing, model, published } = experiment;
  return {
    experiment: name,
    preprocessing: renderPipeline(preprocessing, catalogue),
    model: renderModel(model, catalogue),
    ...(published && { published: renderPercent(published.testAccuracy) }),
  };
}
