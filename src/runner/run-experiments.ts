import { fetchDatasets, identifyDataset, keepLast, readDataset } from '../datasets/open.js';
import type { DeviceRequest } from '../engine/install/engine.js';
import { startEngine } from '../engine/start.js';
import { type Catalogue, shippedCatalogue } from '../experiment/catalogue.js';
import type { Experiment } from '../experiment/experiment.js';
import { nameAfter } from '../experiment/experiment-text.js';
import type { Overrides } from '../experiment/override.js';
import { type ExperimentSource, parseSourcesWithData } from '../experiment/parse-sources.js';
import { unnamed, type WrittenExperiment } from '../experiment/written-experiment.js';
import { type Progress, silentProgress } from '../progress.js';
import type { Results, TrialResult } from '../results/result.js';
import { UserError } from '../user-error.js';
import { readConditions } from './plan/conditions.js';
import { listSearches } from './plan/planned-search.js';
import { createSurroundings, readProvenance } from './provenance.js';
import { runTrial, type TrialReporter } from './run-trial.js';
import { planVariants, type Trial } from './trial.js';

export interface RunOptions {
  readonly catalogue?: Catalogue;
  /** A folder with the six data files; without it they are found or fetched. */
  readonly dataFolder?: string | undefined;
  readonly device?: DeviceRequest;
  /** CPU threads for one op. */
  readonly threads?: number;
  /** `eager` runs op by op: slower, for debugging. */
  readonly execution?: 'graph' | 'eager';
  /** False leaves diagnostics out of the results. */
  readonly diagnostics?: boolean;
  /** Lets TensorFlow's own log through to stderr. */
  readonly verbose?: boolean;
  /** Shows set-up and downloads. */
  readonly progress?: Progress;
  readonly reporter?: RunReporter;
}

/** Is told how a run goes on. */
export interface RunReporter extends TrialReporter {
  trialStarted?(trial: Trial, place: { readonly index: number; readonly count: number }): void;
  /** Called with all results so far; the run waits for it. Throwing ends the run. */
  trialEnded?(result: TrialResult, results: Results): void | Promise<void>;
}

/**
 * Trains every experiment with every seed, one after the other, and returns the results. A sweep is expanded. The engine and
 * the data are fetched first if they are missing. A trial that fails is in the results with its reason.
 * @param experiments As files would write them, as files were read, or changed since; all are checked first.
 * @throws UserError with all problems of the experiments, or if the engine or the data cannot be had.
 */
export async function runExperiments(
  experiments: readonly (WrittenExperiment | Experiment)[],
  options: RunOptions & { readonly overrides?: Overrides } = {},
): Promise<Results> {
  const { catalogue = shippedCatalogue() } = options;
  const { progress = silentProgress } = options;
  const parsed = await parseSourcesWithData(experiments.map(toSource), { catalogue, progress });
  const variants = parsed.flatMap((source) => source.variants);
  const conditions = await readConditions(options);
  const { trials } = planVariants(variants, options.overrides, { catalogue, conditions });
  requireNoSearch(trials);
  return runTrials(trials, options);
}

/** A search leaves checkpoints, and here is no folder for them. */
function requireNoSearch(trials: readonly Trial[]): void {
  const [search] = listSearches(trials);
  if (!search) return;
  throw new UserError(`"${search.name}" searches, which needs a results folder.`, {
    hint: 'use "prep-lab run", or take "search" out.',
  });
}

/** What was read from a file is told by its file. */
function toSource(given: unknown, index: number): ExperimentSource {
  const place = `experiments[${index}]`;
  if (typeof given !== 'object' || given === null || !('file' in given)) {
    return { label: place, text: { value: nameAfter(given, unnamed) } };
  }
  const { file, ...written } = given;
  return { label: String(file), text: { value: nameAfter(written, unnamed) } };
}

async function runTrials(trials: readonly Trial[], options: RunOptions): Promise<Results> {
  const { progress = silentProgress, execution = 'graph', reporter = {} } = options;
  const { device = 'auto', threads, verbose = false } = options;
  const engine = await startEngine({
    device,
    progress,
    verbose,
    ...(threads !== undefined && { threads }),
  });
  const datasets = trials.map(({ experiment }) => experiment.dataset);
  const folders = await fetchDatasets(datasets, { dataFolder: options.dataFolder, progress });
  const readData = keepLast((dataset) =>
    readDataset(dataset, folders.get(identifyDataset(dataset)) ?? ''),
  );
  const context = {
    catalogue: options.catalogue ?? shippedCatalogue(),
    environment: createSurroundings({
      tensorflow: engine.tensorflowVersion,
      device: engine.device,
      deviceName: engine.deviceName,
      threads: engine.threads,
      execution,
      kernels: engine.kernels,
    }),
    provenance: await readProvenance(),
    reporter,
    diagnostics: options.diagnostics ?? true,
  };
  let results: Results = {
    format: 'prep-lab results',
    version: 2,
    trials: [],
  };
  for (const [index, trial] of trials.entries()) {
    reporter.trialStarted?.(trial, { index, count: trials.length });
    const data = await readData(trial.experiment.dataset);
    const end = await runTrial(trial, { ...context, data });
    if (end.type === 'interrupted') break;
    const { result } = end;
    results = { ...results, trials: [...results.trials, result] };
    await reporter.trialEnded?.(result, results);
  }
  return results;
}
