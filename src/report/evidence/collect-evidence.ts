import type { TrainedArm } from '../../analysis/findings/trained-arm.js';
import { type Cifar10, readCifar10 } from '../../cifar10/dataset.js';
import { findCifar10 } from '../../cifar10/files.js';
import { findEngine } from '../../engine/install/engine.js';
import type { Catalogue } from '../../experiment/catalogue.js';
import { silentProgress } from '../../progress.js';
import { UserError } from '../../user-error.js';
import { type Evidence, noEvidence } from '../html/evidence.js';
import { collectMistakes } from './mistakes.js';

export interface EvidenceSources {
  /** The results folder. */
  readonly folder: string;
  readonly catalogue: Catalogue;
  /** A folder with the six data files; without it they are looked for. */
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
  const found = await findCifar10(sources.dataFolder);
  if (!found)
    return noEvidence('There are no pictures: CIFAR-10 is not here. "prep-lab data" fetches it.');
  const data = await readCifar10(found.folder);
  const mistakes = await collectMistakes(arms, { folder: sources.folder, data });
  return { ...mistakes, ...(await collectPreviews(arms, sources, data)) };
}

async function collectPreviews(
  arms: readonly TrainedArm[],
  { catalogue }: EvidenceSources,
  data: Cifar10,
): Promise<Pick<Evidence, 'previews' | 'missingPreviews'>> {
  const reason = await startInstalledEngine();
  if (reason !== undefined) return { previews: new Map(), missingPreviews: [reason] };
  const { createPreviews } = await import('./create-previews.js');
  return createPreviews(arms, { catalogue, data });
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
