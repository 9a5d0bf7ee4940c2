import type { Catalogue } from '../experiment/catalogue.js';
import { renderModel, renderPipeline } from '../experiment/pipeline-summary.js';
import type { Provenance, Surroundings, TrialIdentity } from '../results/result.js';
import { runProgram } from '../storage/run-program.js';
import { readVersion } from '../version.js';
import type { Trial } from './trial.js';

/** Returns what trials' numbers are made with: what is computed on, and the versions of this process. */
export function createSurroundings(
  computing: Omit<Surroundings, 'prepLab' | 'node' | 'platform'>,
): Surroundings {
  return {
    prepLab: readVersion(),
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    ...computing,
  };
}

/** Describes who asks for a run: this process' arguments and the state of the working folder's repository. */
export async function readProvenance(): Promise<Provenance> {
  const git = await readGitState();
  return { commandLine: process.argv.slice(2), ...(git && { git }) };
}

/** Nothing outside of a repository, in one without a commit, or without git. */
async function readGitState(): Promise<Provenance['git']> {
  const commit = await runProgram('git', ['rev-parse', '--verify', 'HEAD']);
  if (commit?.exitCode !== 0) return undefined;
  // As git's own "-dirty": a results folder that nobody added would make every run but the first one dirty.
  const status = await runProgram('git', ['status', '--porcelain', '--untracked-files=no']);
  const isDirty = status?.exitCode !== 0 || status.stdout.trim() !== '';
  return { commit: commit.stdout.trim(), isDirty };
}

/** What a trial is run with. */
export interface TrialSetting {
  readonly catalogue: Catalogue;
  readonly environment: Surroundings;
  readonly provenance: Provenance;
  readonly dataSha256: Readonly<Record<string, string>>;
}

type Times = Pick<TrialIdentity, 'startedAt' | 'durationSeconds' | 'resumeCount'>;

/** Returns what a result says of its trial however it ended. */
export function identifyTrial(trial: Trial, setting: TrialSetting, times: Times): TrialIdentity {
  const { id, key, settingKey, experiment, changes, seed, writtenEpochs, chosen } = trial;
  const { catalogue, environment, provenance, dataSha256 } = setting;
  const { preprocessing, model } = experiment;
  return {
    id,
    key,
    settingKey,
    experiment,
    changes,
    summary: {
      preprocessing: renderPipeline(preprocessing, catalogue),
      model: renderModel(model, catalogue),
    },
    writtenEpochs,
    seed,
    ...(chosen && { chosen }),
    environment: { ...environment, precision: experiment.training.precision },
    provenance,
    dataSha256,
    ...times,
  };
}
