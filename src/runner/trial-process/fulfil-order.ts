import type { Dataset } from '../../datasets/dataset.js';
import { identifyDataset, readDataset } from '../../datasets/open.js';
import { startEngine } from '../../engine/start.js';
import { loadPlugins } from '../../experiment/plugins/load-plugins.js';
import { tensorflow } from '../../graph/tensorflow.js';
import { silentProgress } from '../../progress.js';
import type { TrainProgress } from '../../training/train.js';
import { openCheckpoints } from '../checkpoint.js';
import { runTrial, type TrialReporter } from '../run-trial.js';
import type { ChildMessage, TrialOrder } from './messages.js';

export interface Parent {
  send(message: ChildMessage): void;
  /** Whether the parent has asked for an end. */
  shouldStop(): boolean;
}

/**
 * Trains the trial of an order in this process, and returns the message that ends it. What orders share is loaded by the
 * first of them: TensorFlow and the data.
 * @throws UserError for what ends the whole run
 */
export async function fulfilOrder(order: TrialOrder, parent: Parent): Promise<ChildMessage> {
  const { trial, environment, provenance } = order;
  const catalogue = await loadPlugins(order.plugins);
  const { device, threads } = environment;
  const { verbose } = order;
  await startEngine({ device, threads, verbose, progress: silentProgress });
  parent.send({ type: 'alive' });
  const data = await readDataOnce(order);
  parent.send({ type: 'alive' });
  // Fitting stages and compiling steps may take long, and there is nothing to save yet.
  if (parent.shouldStop()) return { type: 'interrupted' };
  const place = { folder: order.folder, key: trial.key, leaseToken: order.leaseToken };
  const run = await runTrial(trial, {
    catalogue,
    data,
    environment,
    provenance,
    reporter: createReporter(order, parent),
    diagnostics: order.diagnostics,
    checkpoints: openCheckpoints(place),
    ...(order.keepWeights && { weights: place }),
    ...(order.untilEpoch !== undefined && { untilEpoch: order.untilEpoch }),
    shouldStop: parent.shouldStop,
  });
  const stays = order.mayStay && isClean();
  if (run.type === 'interrupted') return run;
  if (run.type === 'paused') return { ...run, stays };
  return { ...run, stays: stays && run.result.status === 'done' };
}

let read: { readonly place: string; readonly data: Promise<Dataset> } | undefined;

function readDataOnce({ trial, dataFolder: folder }: TrialOrder): Promise<Dataset> {
  const { dataset } = trial.experiment;
  const place = `${identifyDataset(dataset)} in ${folder}`;
  if (read?.place !== place) read = { place, data: readDataset(dataset, folder) };
  return read.data;
}

/** After so many trials a process is replaced, whatever it looks like. */
const mostTrials = 100;

/** What a process holds beyond what it held after its first trial, and may still take another. */
const mostGrowthBytes = 500_000_000;

let afterFirst: { readonly tensors: number; readonly bytes: number } | undefined;
let trialCount = 0;

/** Whether this process is as good as a fresh one: no trial has left tensors behind, or much memory. */
function isClean(): boolean {
  trialCount++;
  const now = { tensors: tensorflow().memory().numTensors, bytes: process.memoryUsage.rss() };
  afterFirst ??= now;
  const isSmall = now.bytes <= afterFirst.bytes + mostGrowthBytes;
  return trialCount < mostTrials && now.tensors <= afterFirst.tensors && isSmall;
}

/** Loss and accuracy are not read more often than a person does. */
const progressMilliseconds = 500;

function createReporter({ showsMetrics }: TrialOrder, { send }: Parent): TrialReporter {
  let sent = performance.now();
  return {
    trialProgress(_, progress) {
      if (performance.now() - sent < progressMilliseconds) return;
      sent = performance.now();
      send({ type: 'progress', progress: takeNumbers(progress, showsMetrics) });
    },
    epochEnded: (_, record) => send({ type: 'epoch', record }),
    trialResumed: (_, { state, past }) =>
      send({ type: 'resumed', epoch: state.epoch, step: state.step, past, history: state.history }),
    noted: (_, text) => send({ type: 'note', text }),
    setJudged: (_, progress) => send({ type: 'progress', progress }),
  };
}

function takeNumbers({ metrics, ...numbers }: TrainProgress, showsMetrics: boolean) {
  return showsMetrics ? { ...numbers, metrics: metrics() } : numbers;
}
