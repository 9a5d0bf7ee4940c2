import { type Catalogue, findModel } from '../catalogue.js';
import { renderNamed, renderPipeline } from '../experiment/pipeline-summary.js';
import type { ExperimentFromFile } from '../experiment/read-experiment.js';

/** Renders one line a file: the file, the name, the stages in short, the model and the epochs. */
export function renderExperiments(
  experiments: readonly ExperimentFromFile[],
  catalogue: Catalogue,
): string {
  const width = Math.max(...experiments.map(({ file }) => file.length));
  const lines = experiments.map(
    (experiment) =>
      `${experiment.file.padEnd(width)}  ${renderExperiment(experiment, catalogue)}\n`,
  );
  return lines.join('');
}

function renderExperiment(experiment: ExperimentFromFile, catalogue: Catalogue): string {
  const { name, preprocessing, model, training, seeds } = experiment;
  const stages = renderPipeline(preprocessing, catalogue);
  const network = renderNamed(model, findModel(catalogue, model).options);
  const epochs = renderCount(training.epochs, 'epoch');
  const runs = seeds.length > 1 ? `; ${renderCount(seeds.length, 'seed')}` : '';
  return `${name}: ${stages}; ${network}; ${epochs}${runs}`;
}

function renderCount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
