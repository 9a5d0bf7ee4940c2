import type { Catalogue } from '../experiment/catalogue.js';
import { renderModel, renderPipeline } from '../experiment/pipeline-summary.js';
import type { ExperimentFile } from '../experiment/read-experiment.js';
import { renderCountOf } from '../text/quantities.js';
import { escapeInvisible } from '../visible-text.js';
import type { Warning } from './print-warnings.js';

/** Renders one line a file: the file, the name, the stages in short, the model and the epochs. */
export function renderExperiments(files: readonly ExperimentFile[], catalogue: Catalogue): string {
  const names = files.map(({ experiment }) => escapeInvisible(experiment.file));
  const width = Math.max(...names.map(({ length }) => length));
  const lines = files.map(
    (file, index) => `${names[index]?.padEnd(width)}  ${renderExperiment(file, catalogue)}\n`,
  );
  return lines.join('');
}

/** Returns the same for programs, with what looks wrong in each file. */
export function describeExperiments(
  files: readonly ExperimentFile[],
  { catalogue, warnings }: { readonly catalogue: Catalogue; readonly warnings: readonly Warning[] },
) {
  return {
    files: files.map(({ experiment, variants }) => {
      const { file, ...settings } = experiment;
      return {
        file,
        experiment: settings,
        preprocessing: renderPipeline(settings.preprocessing, catalogue),
        model: renderModel(settings.model, catalogue),
        combinations: settings.search ? variants.length - 1 : variants.length,
        warnings: warnings
          .filter((warning) => warning.file === file)
          .map(({ message, hint }) => ({ message, ...(hint && { hint }) })),
      };
    }),
  };
}

function renderExperiment({ experiment, variants }: ExperimentFile, catalogue: Catalogue): string {
  const { name, preprocessing, model, training, seeds } = experiment;
  const stages = renderPipeline(preprocessing, catalogue);
  const network = renderModel(model, catalogue);
  const epochs = renderCountOf(training.epochs, 'epoch');
  const searched = variants.filter((variant) => variant.experiment.search).length;
  const isSweep = variants.some(({ changes }) => changes.length > 0);
  const combinations = isSweep ? `; ${renderCountOf(variants.length, 'combination')}` : '';
  const sweep =
    searched > 0 ? `; a search of ${renderCountOf(searched, 'configuration')}` : combinations;
  const runs = seeds.length > 1 ? `; ${renderCountOf(seeds.length, 'seed')}` : '';
  return `${name}: ${stages}; ${network}; ${epochs}${sweep}${runs}`;
}
