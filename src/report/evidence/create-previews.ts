import type { TrainedArm } from '../../analysis/findings/trained-arm.js';
import type { Dataset } from '../../datasets/dataset.js';
import type { Catalogue } from '../../experiment/catalogue.js';
import { parseStageOptions } from '../../experiment/create-stage.js';
import { createPreview, type Preview } from '../../look/preview/create-preview.js';
import { UserError } from '../../user-error.js';
import type { Evidence } from '../html/evidence.js';
import type { DataReader } from './mistakes.js';

/** As few as show what a pipeline does: a report has many of these pictures. */
const imageCount = 4;
const drawCount = 2;

/** Applies each arm's pipeline to some training images. The engine must run. */
export async function createPreviews(
  arms: readonly TrainedArm[],
  { catalogue, readData }: { readonly catalogue: Catalogue; readonly readData: DataReader },
): Promise<Pick<Evidence, 'previews' | 'missingPreviews'>> {
  const previews = new Map<string, Preview>();
  const missingPreviews: string[] = [];
  for (const arm of arms) {
    try {
      const data = await readData(arm.trials[0].experiment.dataset);
      if (data) previews.set(arm.name, createArmPreview(arm, { catalogue, data }));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      missingPreviews.push(`There is no picture of ${arm.name}: ${error.message}`);
    }
  }
  return { previews, missingPreviews };
}

function createArmPreview(
  { name, trials: [{ experiment, seed }] }: TrainedArm,
  { catalogue, data }: { readonly catalogue: Catalogue; readonly data: Dataset },
): Preview {
  // Results may hold anything; only what an experiment file may say is run.
  const preprocessing = experiment.preprocessing.map((stage) =>
    parseStageOptions(stage, catalogue),
  );
  const options = { catalogue, data, seed, images: imageCount, draws: drawCount };
  return createPreview({ ...experiment, name, preprocessing }, options);
}
