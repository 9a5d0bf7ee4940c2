import { beforeAll, describe, expect, test } from 'vitest';
import type { Precision } from '../../src/graph/precision.js';
import type { TensorFlow } from '../../src/graph/tensorflow.js';
import { decodeTrainingState, encodeTrainingState } from '../../src/training/checkpoint/encode.js';
import type { TrainingState } from '../../src/training/checkpoint/state.js';
import {
  type FinishedTraining,
  type Trained,
  type TrainOptions,
  train,
} from '../../src/training/train.js';
import { loadTestEngine } from '../engine.js';
import { residentMegabytes } from '../memory.js';
import { createRichLearner, imageCount, rich, stepsOfEpoch } from './rich-learner.js';
import { createSmallLearner, makeImages, readWeights, recipe } from './small-learner.js';

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTestEngine();
});

interface Way {
  readonly execution: 'graph' | 'eager';
  readonly precision: Precision;
}

const ways: readonly Way[] = [
  { execution: 'graph', precision: 'float32' },
  { execution: 'eager', precision: 'float32' },
  { execution: 'graph', precision: 'mixed-bfloat16' },
];

/** One start of the trial, as a process of its own would do it: ends with its last checkpoint, or finished. */
async function start({ execution, precision }: Way, changes: Partial<TrainOptions>) {
  const learner = createRichLearner(execution, { precision });
  let saved: TrainingState | undefined;
  const trained = await train({
    learner,
    recipe: rich,
    seed: 0,
    imageCount,
    validation: 'validation',
    async checkpoint(capture) {
      saved = throughFiles(capture());
    },
    ...changes,
  });
  const weights = readWeights(learner);
  learner.dispose();
  return { trained, weights, saved };
}

function throughFiles(state: TrainingState): TrainingState {
  const files = encodeTrainingState(state);
  const decoded = decodeTrainingState(files);
  expect(decoded).toEqual(state);
  return decoded;
}

/** What must be the same: all but seconds. */
function numbersOf({ trained, weights }: { trained: Trained; weights: number[][] }) {
  const history = trained.history.map(
    ({ trainSeconds: _, validationSeconds: __, ...numbers }) => numbers,
  );
  return { ...trained, history, weights };
}

describe.each(ways)('In $execution execution and $precision', (way) => {
  let uninterrupted: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => {
    uninterrupted = await start(way, {});
  });

  test('a training stopped after every single step ends as one that was not, bit for bit', async () => {
    expect(uninterrupted.trained).toMatchObject({ status: 'finished', restoredEpoch: 1 });
    const { gradientNorms } = uninterrupted.trained as FinishedTraining;
    expect(gradientNorms?.firstSteps).toHaveLength(3 * stepsOfEpoch);
    expect(gradientNorms?.epochs).toHaveLength(3);
    const rates = uninterrupted.trained.history.map(({ learningRate }) => learningRate);
    expect(rates).toEqual([0.01, 0.01, 0.005].map(Math.fround));

    const places: string[] = [];
    let last = await start(way, { shouldStop: () => true });
    while (last.trained.status === 'interrupted') {
      places.push(`${last.saved?.epoch}:${last.saved?.step}`);
      last = await start(way, { resume: last.saved, shouldStop: () => true });
    }
    const expected = [0, 1, 2].flatMap((epoch) =>
      Array.from({ length: stepsOfEpoch + 1 }, (_, step) => `${epoch}:${step}`),
    );
    expect(places).toEqual(expected.slice(1));
    expect(numbersOf(last)).toEqual(numbersOf(uninterrupted));
    // A training that is over only restores its best weights.
    const after = await start(way, { resume: last.saved, checkpoint: refuse });
    expect(numbersOf(after)).toEqual(numbersOf(uninterrupted));
  });

  test('so does one stopped at random moments', async () => {
    for (let time = 0; time < 2; time++) {
      const steps = 1 + Math.floor(Math.random() * (3 * stepsOfEpoch - 1));
      let polls = 0;
      const first = await start(way, { shouldStop: () => ++polls >= steps });
      const rest = await start(way, { resume: first.saved });
      expect(numbersOf(rest), `stopped at poll ${steps}`).toEqual(numbersOf(uninterrupted));
    }
  });
});

async function refuse(): Promise<void> {
  throw new Error('No checkpoint was expected.');
}

test('Stopped while it is judged, it judges again', async () => {
  // 1,200 images are judged in three steps, with a pause between them.
  const options = { evaluated: { test: makeImages(1200) }, recipe: { epochs: 1 } };
  const common = { recipe: { ...recipe, epochs: 1 }, seed: 0, imageCount, validation: 'test' };
  const uninterrupted = await train({ learner: createSmallLearner(options), ...common });
  const saved: TrainingState[] = [];
  const stopAt = (poll: number) => {
    let polls = 0;
    return () => ++polls === poll;
  };
  const checkpoint = async (capture: () => TrainingState) => {
    saved.push(throughFiles(capture()));
  };
  const first = createSmallLearner(options);
  // Three polls after three steps of training: the fourth is between two of the evaluation's.
  const stopped = await train({ ...common, learner: first, checkpoint, shouldStop: stopAt(4) });
  expect(stopped).toEqual({ status: 'interrupted', history: [] });
  const [resume] = saved;
  expect(resume).toMatchObject({ epoch: 0, step: 3 });

  // Stopped again before anything new is done: there is nothing to save.
  const second = createSmallLearner(options);
  await train({ ...common, learner: second, checkpoint, resume, shouldStop: stopAt(1) });
  expect(saved).toHaveLength(1);

  const rest = await train({ ...common, learner: createSmallLearner(options), resume });
  const withoutSeconds = { trainSeconds: 0, validationSeconds: 0 };
  expect({ ...rest.history[0], ...withoutSeconds }).toEqual({
    ...uninterrupted.history[0],
    ...withoutSeconds,
  });
  expect(rest.history[0]?.trainSeconds).toBeGreaterThanOrEqual(resume?.seconds ?? Infinity);
});

test('A checkpoint of another model is refused, and the learner is left as it is', async () => {
  const { saved } = await start(
    { execution: 'graph', precision: 'float32' },
    { shouldStop: () => true },
  );
  const learner = createSmallLearner();
  const before = readWeights(learner);
  const resumed = train({ learner, recipe, seed: 0, imageCount, resume: saved });
  await expect(resumed).rejects.toMatchObject({
    name: 'UserError',
    message:
      'The checkpoint cannot be continued: it holds "weight/2" (float32 [4]) where the trial has "weight/2" (float32 [36, 4]).',
    exitCode: 7,
  });
  expect(readWeights(learner)).toEqual(before);
});

test('200 checkpoints leave memory as it was', async () => {
  const learner = createRichLearner('graph');
  let state: TrainingState | undefined;
  let capture: (() => TrainingState) | undefined;
  const figures: { tensors: number; megabytes: number }[] = [];
  await train({
    learner,
    recipe: { ...rich, epochs: 1 },
    seed: 0,
    imageCount,
    validation: 'validation',
    async checkpoint(given) {
      capture = given;
      for (let count = 0; count < 220; count++) {
        state = capture();
        decodeTrainingState(encodeTrainingState(state));
        if (count !== 20 && count !== 219) continue;
        figures.push({ tensors: tf.memory().numTensors, megabytes: residentMegabytes() });
      }
    },
  });
  const [before, after] = figures as [(typeof figures)[0], (typeof figures)[0]];
  expect(after.tensors).toBe(before.tensors);
  expect(after.megabytes - before.megabytes).toBeLessThan(10);
  learner.dispose();
});
