import type { Job } from './alternate.js';
import type { BenchContext } from './context.js';
import type { Place } from './measurement.js';
import type { Command } from './run-command.js';
import { runSide } from './run-side.js';
import { ourSide, peerSide } from './side-command.js';
import { plainVariant, type TrainingRequest } from './training-request.js';
import type { TrainingSide } from './training-sides.js';

/** What all sides of a case train. */
export type TrainingTask = Pick<
  TrainingRequest,
  'net' | 'batchSize' | 'trainCount' | 'testCount' | 'epochs'
>;

/** prep-lab evaluates in batches of 500; the others do the same. */
const testBatchSize = 500;

/** Returns the job that trains one side of a case. Its samples are seconds an epoch. */
export function createTrainingJob(
  place: Omit<Place, 'side'>,
  { side, task, context }: { side: TrainingSide; task: TrainingTask; context: BenchContext },
): Job {
  const { dataFolder, settings } = context;
  const { device, threads } = settings;
  const request: TrainingRequest = {
    ...plainVariant,
    ...task,
    ...side.variant,
    device,
    threads,
    testBatchSize,
    dataFolder,
  };
  const run = async () => runSide(commandOf(side, request, context), settings);
  return { ...place, side: side.name, once: side.once ?? false, run };
}

function commandOf(
  { program }: TrainingSide,
  request: TrainingRequest,
  context: BenchContext,
): Command {
  switch (program) {
    case 'prep-lab':
      return ourSide('prep-lab-training', request);
    case 'tfjs-layers':
      return ourSide('tfjs-layers-training', request);
    case 'keras':
      return peerSide(context, 'keras', { file: 'keras_training', request });
    case 'pytorch':
      return peerSide(context, 'pytorch', { file: 'torch_training', request });
  }
}
