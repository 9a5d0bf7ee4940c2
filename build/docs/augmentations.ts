import { existsSync } from 'node:fs';
import { readExperimentFiles } from '#prep-lab/experiment/read-experiment.js';
import { computeRows, type Row } from '#prep-lab/report/rows.js';
import { readResults } from '#prep-lab/results/read-results.js';
import type { Results, TrialResult } from '#prep-lab/results/result.js';
import { computeMean } from '#prep-lab/statistics/mean.js';
import { escapeMarkdown } from '#prep-lab/text/markdown.js';
import { missing, renderPercent } from '#prep-lab/text/quantities.js';

/** Where the studies of experiments/augmentations and of its folder record lie. */
const folders = { each: 'results/augmentations', record: 'results/augmentations-record' } as const;

/** Where the sweeps of the experiments put their stage. */
const place = 'preprocessing[0]';

const notRun = 'Not run yet.';

/** Renders what each stage alone was worth, the best first. */
export async function renderAugmentationsTable(): Promise<string> {
  const results = await readStudy(folders.each);
  if (!results) return notRun;
  const { rows } = computeRows(results);
  const control = rows.find(({ cells }) => cells['against control'] === 'control');
  const swept = rows.filter((row) => nameOf(row) === 'stages').toSorted(byAccuracy);
  const table = renderTable(
    ['augmentation', 'test accuracy', 'training accuracy', 'seeds', 'against none'],
    [...(control ? [control] : []), ...swept].map((row) => [
      describeStage(row),
      row.cells['test accuracy'],
      renderTrainAccuracy(row),
      String(row.trials.length),
      row.cells['against control'],
    ]),
  );
  const [file] = await readExperimentFiles(['experiments/augmentations/stages.json']);
  const planned = file?.variants.length ?? 0;
  if (swept.length >= planned) return table;
  return `${table}\n\nRun so far: ${swept.length} of ${planned}, in the order of the file.`;
}

/** Renders what each dialect was worth, and against the usual one of the same name, by the same seeds. */
export async function renderAugmentationDialects(): Promise<string> {
  const results = await readStudy(folders.each);
  if (!results) return notRun;
  const { rows } = computeRows(results);
  const usual = rows.filter((row) => nameOf(row) === 'stages');
  const lines = rows
    .filter((row) => nameOf(row) === 'dialects')
    .map((row) => {
      const other = usual.find((candidate) => stageOf(candidate) === stageOf(row));
      const against = other && findRow(results, other.cells.experiment, row.cells.experiment);
      return [
        describeStage(row),
        row.cells['test accuracy'],
        row.cells['against control'],
        other && describeStage(other),
        against?.cells['against control'],
      ];
    });
  if (lines.length === 0) return notRun;
  return renderTable(
    ['dialect', 'test accuracy', 'against none', 'the other of that name', 'against it'],
    lines,
  );
}

/** Renders what jitter is worth on top of the record recipe. */
export async function renderRecordJitter(): Promise<string> {
  const results = await readStudy(folders.record);
  if (!results) return notRun;
  return renderTable(
    ['experiment', 'test accuracy', 'seeds', 'against the recipe'],
    computeRows(results).rows.map(({ cells, trials }) => [
      cells.experiment,
      cells['test accuracy'],
      String(trials.length),
      cells['against control'],
    ]),
  );
}

async function readStudy(folder: string): Promise<Results | undefined> {
  return existsSync(folder) ? await readResults(folder) : undefined;
}

/** Finds a row of results that are compared with the control of that name. */
function findRow(results: Results, control: string | undefined, name: string | undefined) {
  return computeRows(results, { control }).rows.find(({ cells }) => cells.experiment === name);
}

function firstTrial({ trials }: Row): TrialResult {
  return trials[0] as TrialResult;
}

function nameOf(row: Row): string {
  return firstTrial(row).experiment.name;
}

/** The name of the stage that a row is about. */
function stageOf(row: Row): string | undefined {
  const change = firstTrial(row).changes.find(({ path }) => path === place);
  return change && String(Reflect.get(Object(change.value), 'name'));
}

/** The stage in short, as tables show it: without the scaling that all have. */
function describeStage(row: Row): string {
  const { preprocessing } = row.cells;
  return stageOf(row) === undefined ? 'none' : (preprocessing ?? '').replace(/, zscore$/, '');
}

function renderTrainAccuracy({ trials }: Row): string {
  const rates = trials.flatMap(({ history }) => history.at(-1)?.trainAccuracy ?? []);
  return rates.length > 0 ? renderPercent(computeMean(rates), 1) : missing;
}

function byAccuracy(one: Row, other: Row): number {
  return meanOf(other) - meanOf(one);
}

function meanOf({ trials }: Row): number {
  return computeMean(
    trials.flatMap((trial) => (trial.status === 'done' ? trial.test.accuracy : [])),
  );
}

function renderTable(
  names: readonly string[],
  lines: readonly (readonly (string | undefined)[])[],
): string {
  const rules = names.map((_, column) => (column === 0 ? '---' : '---:'));
  const rows = lines.map((line) => line.map((text) => escapeMarkdown(text ?? missing)));
  return [names, rules, ...rows].map((texts) => `| ${texts.join(' | ')} |`).join('\n');
}
