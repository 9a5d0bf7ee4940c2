import type { TrainedArm } from '../../analysis/findings/trained-arm.js';
import type { Cifar10 } from '../../cifar10/dataset.js';
import { encodePng } from '../../drawing/bitmap.js';
import type { Catalogue } from '../../experiment/catalogue.js';
import { parseStageOptions } from '../../experiment/create-stage.js';
import { createPreview } from '../../look/preview/create-preview.js';
import { drawSheet } from '../../look/preview/draw-sheet.js';
import { UserError } from '../../user-error.js';
import type { Evidence, Picture } from '../html/evidence.js';

/** As few as show what a pipeline does: a report has many of these sheets. */
const imageCount = 4;
const drawCount = 2;

/** Draws what each arm's pipeline does to some training images. The engine must run. */
export async function drawPreviews(
  arms: readonly TrainedArm[],
  { catalogue, data }: { readonly catalogue: Catalogue; readonly data: Cifar10 },
): Promise<Pick<Evidence, 'previews' | 'missingPreviews'>> {
  const previews = new Map<string, Picture>();
  const missingPreviews: string[] = [];
  for (const arm of arms) {
    try {
      previews.set(arm.name, await drawPreview(arm, catalogue, data));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      missingPreviews.push(`There is no picture of ${arm.name}: ${error.message}`);
    }
  }
  return { previews, missingPreviews };
}

async function drawPreview(
  { name, trials: [{ experiment, seed, summary }] }: TrainedArm,
  catalogue: Catalogue,
  data: Cifar10,
): Promise<Picture> {
  // Results may hold anything; only what an experiment file may say is run.
  const preprocessing = experiment.preprocessing.map((stage) =>
    parseStageOptions(stage, catalogue),
  );
  const options = { catalogue, data, seed, images: imageCount, draws: drawCount };
  const preview = createPreview({ ...experiment, name, preprocessing }, options);
  const { width, height, ...bitmap } = await drawSheet(preview);
  const classes = preview.images.map(({ className }) => className).join(', ');
  const alt = `Training images (${classes}) as they come and after each stage of ${name}: ${summary.preprocessing}`;
  return { png: encodePng({ width, height, ...bitmap }), width, height, alt };
}
