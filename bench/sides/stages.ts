import { startEngine } from '#prep-lab/engine/start.js';
import { silentProgress } from '#prep-lab/progress.js';
import type { LabelledBytes } from '#prep-lab/training/image-table.js';
import { train } from '#prep-lab/training/train.js';
import { printAnswer, readRequest } from './answer.js';
import { readTrainingImages } from './images.js';
import { createRecipe, createTrialLearner } from './learner.js';
import { type StageCase, stageCases } from './stage-cases.js';

interface StagesRequest {
  readonly device: 'cpu' | 'gpu';
  readonly threads: number;
  readonly dataFolder: string;
  /** Steps a turn. */
  readonly steps: number;
  readonly turns: number;
}

const batchSize = 64;
const recipe = createRecipe({ batchSize, epochs: 1, validation: 'none' });

/** Measures the baseline step behind every pipeline, in turns. Prints the seconds of one step, turn by turn. */
const { device, threads, dataFolder, steps, turns } = readRequest<StagesRequest>();
await startEngine({ device, threads, progress: silentProgress });
const images = await readTrainingImages(dataFolder, steps * batchSize);
const measured = stageCases.map((stageCase) => ({
  ...prepare(stageCase, images),
  seconds: [] as number[],
}));
for (const { runTurn } of measured) await runTurn();
for (let turn = 0; turn < turns; turn++) {
  // To and fro: what comes later in a turn is not always the same.
  for (const { runTurn, seconds } of turn % 2 === 0 ? measured : measured.toReversed()) {
    seconds.push((await runTurn()) / steps);
  }
}
for (const { name, seconds } of measured) printAnswer({ case: name, seconds });

function prepare(stageCase: StageCase, train: LabelledBytes) {
  const { name, preprocessing, resampling } = stageCase;
  const execution = 'graph';
  const learner = createTrialLearner({
    net: 'baseline',
    preprocessing,
    resampling,
    recipe,
    execution,
    train,
  });
  return { name, runTurn: () => trainOneEpoch(learner, train.count) };
}

async function trainOneEpoch(
  learner: ReturnType<typeof createTrialLearner>,
  imageCount: number,
): Promise<number> {
  const { history } = await train({ learner, recipe, seed: 0, imageCount });
  return history[0]?.trainSeconds ?? Number.NaN;
}
