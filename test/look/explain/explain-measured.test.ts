import { beforeAll, expect, test } from 'vitest';
import { readCifar10 } from '../../../src/cifar10/dataset.js';
import { listBfloat16Units, renderBfloat16Units } from '../../../src/engine/processor.js';
import { startEngine } from '../../../src/engine/start.js';
import { tensorflow } from '../../../src/graph/tensorflow.js';
import { explainMeasured } from '../../../src/look/explain/explain.js';
import { createModel } from '../../../src/look/explain/model-layers.js';
import { renderExplanation } from '../../../src/look/explain/render-explanation.js';
import type { Laboratory } from '../../../src/look/inspection/open-laboratory.js';
import { silentProgress } from '../../../src/progress.js';
import { cachedData } from '../../cifar10/cached-data.js';
import { loadTestEngine } from '../../engine.js';
import { parseExperiment } from '../../experiment/parse.js';
import { tinyCatalogue, tinyExperiment } from '../../runner/tiny-experiment.js';

let laboratory: Laboratory;

beforeAll(async () => {
  await loadTestEngine();
  const engine = await startEngine({ device: 'cpu', progress: silentProgress });
  const data = await readCifar10(await cachedData());
  laboratory = { engine, readData: () => Promise.resolve(data) };
});

test('stages, model and time are told in numbers', async () => {
  const preprocessing = parseExperiment({
    preprocessing: [{ name: 'zscore' }, { name: 'random-rotation', factor: 0.25 }],
  }).preprocessing;
  const experiment = {
    ...tinyExperiment('tiny', { dataset: { trainLimit: 150, testLimit: 100 } }),
    preprocessing,
  };
  const before = tensorflow().memory().numTensors;
  const explanation = await explainMeasured(
    { ...experiment, file: 'tiny.json' },
    tinyCatalogue,
    laboratory,
  );
  expect(tensorflow().memory().numTensors).toBe(before);

  const { stages, model, time, advice } = explanation;
  expect(advice).toEqual([]);
  expect(stages[0]?.measured?.fitted.mean).toHaveLength(3);
  expect(stages[1]?.measured?.draws).toEqual({ angleDegrees: [-90, 90] });
  const turns = stages[1]?.measured?.extremeMaps.map(({ rows }) =>
    rows.flat().map((entry) => Math.round(entry) + 0),
  );
  expect(turns).toEqual([
    [0, 1, 0, -1, 0, 31],
    [0, -1, 31, 1, 0, 0],
  ]);
  expect(stages[1]?.measured?.microsecondsPerImage).toBeGreaterThan(0);
  expect(model).toMatchObject({ parameters: 130, multiplyAdds: 120 });
  expect(model?.layers.at(-1)).toEqual({
    kind: 'dense',
    name: 'head',
    outputShape: [10],
    parameters: 130,
    multiplyAdds: 120,
  });
  expect(time).toMatchObject({ batchSize: 64, stepsPerEpoch: 3, epochs: 2, measuredSteps: 2 });
  const { secondsPerStep = 0, evaluationSeconds = 0, totalSeconds } = time ?? {};
  expect(totalSeconds).toBeCloseTo(6 * secondsPerStep + 3 * evaluationSeconds, 9);

  expect(Object.keys(time?.secondsByPrecision ?? {})).toEqual(['float32', 'mixed-bfloat16']);
  expect(time?.secondsByPrecision.float32).toBe(secondsPerStep);
  expect(time?.secondsByPrecision['mixed-bfloat16']).toBeGreaterThan(0);
  expect(time?.bfloat16Units).toEqual(listBfloat16Units());

  const text = renderExplanation(explanation);
  expect(text).toMatch(
    /\n {2}float32 [\d.]+ ms a step, mixed-bfloat16 [\d.]+ ms a step; this processor has .+\n/,
  );
  const units = renderBfloat16Units(listBfloat16Units());
  expect(text).toContain(`this processor has ${units}\n`);
  expect(text).toContain('angleDegrees 90: column [0 -1 31], row [1 0 0] times (x, y, 1)\n');
  expect(text).toMatch(/ {2}dense head +10 +130 +120\n/);
  expect(text).toMatch(/Time on this machine: about [\d.]+ s for 2 epochs\n/);
  expect(text.endsWith('\nNo warnings.\n')).toBe(true);
});

test('views of the test images are told, with what they cost', async () => {
  const tiny = tinyExperiment('tiny', { dataset: { trainLimit: 150, testLimit: 100 } });
  const training = { ...tiny.training, testViews: 'mirror-translate' as const };
  const experiment = { ...tiny, training, file: 'tiny.json' };
  const explanation = await explainMeasured(experiment, tinyCatalogue, laboratory);
  const { secondsPerStep = 0, evaluationSeconds = 0, totalSeconds } = explanation.time ?? {};
  expect(totalSeconds).toBeCloseTo(6 * secondsPerStep + 9 * evaluationSeconds, 9);
  expect(renderExplanation(explanation)).toMatch(
    /\n {2}at the end 6 views of each test image, about [\d.]+ s more\n/,
  );
});

test('a model that does not fit the images is told as such', () => {
  const experiment = parseExperiment({});
  const images = {
    shape: { height: 4, width: 4, channels: 3 },
    count: 1,
    batches: () => [new Float32Array(48)],
  };
  expect(() => createModel(experiment, { images, catalogue: tinyCatalogue })).toThrow(
    'Model "baseline" cannot be built for images of 4 x 4 x 3: ',
  );
});
