import type { DatasetOptions } from '../datasets/dataset-options.js';
import { factsOf } from '../datasets/facts.js';
import { fetchDatasets, identifyDataset } from '../datasets/open.js';
import { listGpus, readDriverVersion } from '../engine/device.js';
import { installEngine, kernelsOf } from '../engine/install/engine.js';
import { processorName } from '../engine/processor.js';
import type { Catalogue } from '../experiment/catalogue.js';
import type { Progress } from '../progress.js';
import type { FailedTrial, Provenance, Surroundings } from '../results/result.js';
import { readCpuLimit } from '../storage/machine-limits.js';
import type { TrialLauncher, TrialPlace } from './launcher.js';
import type { Conditions } from './plan/conditions.js';
import {
  createSurroundings,
  identifyTrial,
  readProvenance,
  type TrialSetting,
} from './provenance.js';
import { createSlots, type Slot } from './slots.js';
import type { TrialStore } from './store/trial-store.js';
import type { Trial } from './trial.js';
import type { TrialOrder } from './trial-process/messages.js';
import {
  createTrialProcesses,
  type TrialProcessOptions,
} from './trial-process/start-trial-process.js';

export interface LauncherSetting {
  readonly catalogue: Catalogue;
  /** The plug-ins that the catalogue comes from, absolute paths. */
  readonly plugins: readonly string[];
  readonly conditions: Conditions;
  /** Trials side by side: on the CPU, or on each GPU. */
  readonly jobs: number;
  /** Of the trials. */
  readonly datasets: readonly DatasetOptions[];
  /** A folder with the files of a published data set; without it they are found or fetched. */
  readonly dataFolder?: string | undefined;
  readonly verbose: boolean;
  readonly stallSeconds: number;
  readonly showsMetrics: boolean;
  readonly diagnostics: boolean;
  readonly keepWeights: boolean;
  /** Whether each trial has a process of its own; else one trains several. */
  readonly freshProcesses: boolean;
  readonly store: TrialStore;
  readonly progress: Progress;
  /** Is told how each trial's process goes on. */
  readonly observe: (trial: Trial) => ProcessObserver;
}

/** Is told how a trial's process goes on. */
export type ProcessObserver = Pick<
  TrialProcessOptions,
  'onNote' | 'onProgress' | 'onEpoch' | 'onResumed'
>;

/**
 * Sees to the engine and the data, fetching what is missing, before any trial starts. TensorFlow is not loaded here: only
 * the trials' own processes do that.
 * @throws UserError (engine, data)
 */
export async function prepareLauncher(setting: LauncherSetting): Promise<TrialLauncher> {
  const { conditions, progress, jobs } = setting;
  const { device } = conditions;
  const engine = await installEngine({ device, progress });
  const dataFolders = await fetchDatasets(setting.datasets, setting);
  const provenance = await readProvenance();
  const driver = device === 'gpu' ? await readDriverVersion() : undefined;
  const gpuNames = device === 'gpu' ? await listGpus() : [];
  const surroundingsOf = ({ gpuName }: Slot) =>
    createSurroundings({
      tensorflow: engine.tensorflowVersion,
      device,
      deviceName: gpuName ?? processorName(),
      ...(driver && { driver }),
      threads: conditions.threads,
      execution: conditions.execution,
      kernels: kernelsOf(engine),
    });
  const known = { setting, dataFolders, provenance, surroundingsOf };
  const processes = createTrialProcesses();
  return {
    slots: createSlots({ device, jobs, gpuNames }),
    close: () => processes.close(),
    start: (trial, place) =>
      processes.start({
        order: writeOrder(known, trial, place),
        visibleGpu: place.slot.visibleGpu,
        stallSeconds: setting.stallSeconds,
        ...setting.observe(trial),
      }),
    failAfterDeath: (trial, slot, death) =>
      createFailedTrial(
        trial,
        { ...setting, environment: surroundingsOf(slot), provenance },
        death,
      ),
  };
}

/** What is found out once for all trials. */
interface Known {
  readonly setting: LauncherSetting;
  /** By what identifies each data set. */
  readonly dataFolders: ReadonlyMap<string, string>;
  readonly provenance: Provenance;
  surroundingsOf(slot: Slot): Surroundings;
}

function writeOrder(
  { setting, dataFolders, provenance, surroundingsOf }: Known,
  trial: Trial,
  { slot, lease, untilEpoch }: TrialPlace,
): TrialOrder {
  return {
    trial,
    plugins: setting.plugins,
    dataFolder: dataFolders.get(identifyDataset(trial.experiment.dataset)) ?? '',
    environment: surroundingsOf(slot),
    verbose: setting.verbose,
    provenance,
    folder: setting.store.folderOf(trial),
    leaseToken: lease.token,
    showsMetrics: setting.showsMetrics,
    diagnostics: setting.diagnostics,
    keepWeights: setting.keepWeights,
    ...(untilEpoch !== undefined && { untilEpoch }),
    mayStay: keepsProcesses(setting),
  };
}

/** A plug-in may remember a trial, and "ulimit -t" counts the CPU time of a process: not of all trials together. */
function keepsProcesses({ freshProcesses, plugins }: LauncherSetting): boolean {
  return !freshProcesses && plugins.length === 0 && readCpuLimit() === undefined;
}

/** Makes the result of a trial whose process died. */
export function createFailedTrial(
  trial: Trial,
  setting: Omit<TrialSetting, 'dataSha256'>,
  { reason, hint, past }: Parameters<TrialLauncher['failAfterDeath']>[2],
): FailedTrial {
  const { history, ...times } = past;
  const dataSha256 = factsOf(trial.experiment.dataset).sha256;
  return {
    status: 'failed',
    ...identifyTrial(trial, { ...setting, dataSha256 }, times),
    reason,
    ...(hint && { hint }),
    history,
  };
}
