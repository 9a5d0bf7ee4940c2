import type { TrainedArm } from '../../analysis/findings/trained-arm.js';
import { type DatasetOptions, isOfFiles } from '../../datasets/dataset-options.js';
import { factsOf } from '../../datasets/facts.js';
import { findDataset, keepLast, readDataset } from '../../datasets/open.js';
import { findEngine } from '../../engine/install/engine.js';
import type { Catalogue } from '../../experiment/catalogue.js';
import { silentProgress } from '../../progress.js';
import { UserError } from '../../user-error.js';
import { type Evidence, noEvidence } from '../html/evidence.js';
import { collectMistakes, type DataReader } from './mistakes.js';

export interface EvidenceSources {
  /** The results folder. */
  readonly folder: string;
  readonly catalogue: Catalogue;
  /** A folder with the files of a published data set; without it they are looked for. */
  readonly dataFolder?: string | undefined;
}

/**
 * Looks up what a report shows beside the results: pictures of each pipeline and of misclassified images. Fetches
 * nothing: what it lacks for them, it says.
 * @throws UserError (data) if the given data folder is unusable.
 */
export async function collectEvidence(
  arms: readonly TrainedArm[],
  sources: EvidenceSources,
): Promise<Evidence> {
  const missing = await listMissing(arms, sources.dataFolder);
  const here = arms.filter((arm) => !missing.has(datasetOf(arm)));
  const reasons = [...new Set(missing.values())];
  if (here.length === 0 && reasons[0] !== undefined) return noEvidence(reasons.join(' '));
  const readData = keepLast(async (dataset) => {
    const folder = await findDataset(dataset, sources.dataFolder);
    return folder === undefined ? undefined : readDataset(dataset, folder);
  });
  const mistakes = await collectMistakes(here, { folder: sources.folder, readData });
  const previews = await collectPreviews(here, sources, readData);
  return {
    ...mistakes,
    ...previews,
    missingMistakes: [...reasons, ...mistakes.missingMistakes],
    missingPreviews: [...reasons, ...previews.missingPreviews],
  };
}

/** Returns why there are no pictures, by the data set that is not here. */
async function listMissing(
  arms: readonly TrainedArm[],
  dataFolder: string | undefined,
): Promise<ReadonlyMap<DatasetOptions, string>> {
  const missing = new Map<DatasetOptions, string>();
  for (const dataset of new Set(arms.map(datasetOf))) {
    if (await findDataset(dataset, dataFolder)) continue;
    missing.set(dataset, explainMissing(dataset));
  }
  return missing;
}

function datasetOf({ trials: [{ experiment }] }: TrainedArm): DatasetOptions {
  return experiment.dataset;
}

function explainMissing(dataset: DatasetOptions): string {
  const { title } = factsOf(dataset);
  if (isOfFiles(dataset)) {
    return `There are no pictures: the decoded images of "${title}" are not in the cache folder.`;
  }
  const name = dataset.name === 'cifar10' ? '' : ` ${dataset.name}`;
  return `There are no pictures: ${title} is not here. "prep-lab data${name}" fetches it.`;
}

async function collectPreviews(
  arms: readonly TrainedArm[],
  { catalogue }: EvidenceSources,
  readData: DataReader,
): Promise<Pick<Evidence, 'previews' | 'missingPreviews'>> {
  const reason = await startInstalledEngine();
  if (reason !== undefined) return { previews: new Map(), missingPreviews: [reason] };
  const { createPreviews } = await import('./create-previews.js');
  return createPreviews(arms, { catalogue, readData });
}

/** Returns why there is no engine; nothing when it runs. */
async function startInstalledEngine(): Promise<string | undefined> {
  try {
    if (!(await findEngine('cpu'))) {
      return 'There are no pictures of the pipelines: TensorFlow is not here. "prep-lab setup" fetches it.';
    }
    const { startEngine } = await import('../../engine/start.js');
    await startEngine({ device: 'cpu', progress: silentProgress });
    return undefined;
  } catch (error) {
    if (error instanceof UserError)
      return `There are no pictures of the pipelines: ${error.message}`;
    throw error;
  }
}
