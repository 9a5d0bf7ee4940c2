import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assembleResults } from '../analysis/findings/compute-findings.js';
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
import { openCheckpoints } from './checkpoint.js';
import type { TrialLauncher } from './launcher.js';
import { readConditions } from './plan/conditions.js';
import { listSearches } from './plan/planned-search.js';
import { createSurroundings, readProvenance } from './provenance.js';
import { type PlanOptions, silentReporter } from './run-leased-trial.js';
import { findRace, runRace } from './run-race.js';
import { runSearch } from './run-search.js';
import { runTrial, type TrialContext, type TrialReporter, type TrialRun } from './run-trial.js';
import { openTrialStore, type TrialStore } from './store/trial-store.js';
import { type PlanContext, planVariants, type Trial } from './trial.js';

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
  /** `count` is a guess for a race and a search, which begins trials several times. */
  trialStarted?(trial: Trial, place: { readonly index: number; readonly count: number }): void;
  /** Called with all results so far, without what they tell; the run waits for it. Throwing ends the run. */
  trialEnded?(result: TrialResult, results: Results): void | Promise<void>;
}

/**
 * Trains every experiment with every seed, one after the other, and returns the results with what they tell. A sweep is
 * expanded; a race and a search train what they ask for, and of a search the winner is in the results. The engine and the
 * data are fetched first if they are missing. A trial that fails is in the results with its reason.
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
  const context = { catalogue, conditions: await readConditions(options) };
  const { trials } = planVariants(variants, options.overrides, context);
  const train = await openTraining(trials, options);
  if (findRace(trials) || listSearches(trials).length > 0)
    return runGrowing(trials, train, context);
  const results: TrialResult[] = [];
  for (const trial of trials) {
    const end = await train(trial);
    if (end.type === 'ended') results.push(end.result);
  }
  return assembleResults(results);
}

/** Runs a plan that grows by what it finds, which is for so long in a folder of its own. */
async function runGrowing(
  plan: readonly Trial[],
  train: Train,
  context: PlanContext,
): Promise<Results> {
  const folder = await mkdtemp(join(tmpdir(), 'prep-lab-'));
  try {
    const store = await openTrialStore(folder);
    const options: PlanOptions = {
      store,
      summary: 'left',
      which: 'missing',
      whenInUse: 'wait',
      whenFailed: 'continue',
      checkpoints: 'required',
      stop: new AbortController().signal,
      reporter: silentReporter,
      prepare: async () => createOwnLauncher(store, train),
    };
    const race = findRace(plan);
    const { results } = race
      ? await runRace(plan, race, { ...options, looked() {} })
      : await runSearch(plan, { ...options, context, searched() {} });
    return results;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Trains in this process, one trial after the other. */
function createOwnLauncher(store: TrialStore, train: Train): TrialLauncher {
  return {
    slots: [{}],
    start(trial, { lease, untilEpoch }) {
      const place = { folder: store.folderOf(trial), key: trial.key, leaseToken: lease.token };
      const checkpoints = openCheckpoints(place);
      const ended = train(trial, { checkpoints, ...(untilEpoch !== undefined && { untilEpoch }) });
      return { ended, stop() {} };
    },
    failAfterDeath() {
      throw new Error('A process that has died cannot tell of it.');
    },
  };
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

/** Trains a trial, from its checkpoint on where it has one, and tells who listens. */
type Train = (
  trial: Trial,
  place?: Pick<TrialContext, 'checkpoints' | 'untilEpoch'>,
) => Promise<TrialRun>;

/** Sees to the engine and the data of trials that are to be trained in this process. */
async function openTraining(trials: readonly Trial[], options: RunOptions): Promise<Train> {
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
  const ended: TrialResult[] = [];
  let begun = 0;
  return async (trial, place) => {
    const index = begun++;
    reporter.trialStarted?.(trial, { index, count: Math.max(begun, trials.length) });
    const data = await readData(trial.experiment.dataset);
    const end = await runTrial(trial, { ...context, ...place, data });
    if (end.type !== 'ended') return end;
    ended.push(end.result);
    const results: Results = { format: 'prep-lab results', version: 2, trials: [...ended] };
    await reporter.trialEnded?.(end.result, results);
    return end;
  };
}
