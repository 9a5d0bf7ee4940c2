import { z } from 'zod';
import type { Experiment } from '../experiment/experiment.js';
import type { Agrees } from './agreement.js';
import { diagnosticsSchema } from './diagnostics-schema.js';
import { storedExperimentSchema } from './experiment-schema.js';
import type { Results, TrialResult } from './result.js';

const rate = z.number().min(0).max(1);
const count = z.int().min(0);
const seconds = z.number().min(0);

const environment = z
  .object({
    prepLab: z.string(),
    node: z.string(),
    tensorflow: z.string(),
    platform: z.string(),
    device: z.enum(['cpu', 'gpu']),
    deviceName: z.string(),
    driver: z.string().exactOptional().describe("Version of NVIDIA's driver."),
    threads: count.describe('CPU threads for one op.'),
    precision: z
      .enum(['float32', 'mixed-bfloat16', 'bfloat16'])
      .describe('What the network computed in; bfloat16 is of an older mode.'),
    execution: z.enum(['graph', 'eager']),
    kernels: z
      .enum(['own', 'composed'])
      .exactOptional()
      .describe("Whether prep-lab's own kernels computed, or TensorFlow's ops alone."),
  })
  .describe('What the numbers were made with.');

const provenance = z
  .object({
    commandLine: z.array(z.string()),
    git: z.object({ commit: z.string(), isDirty: z.boolean() }).exactOptional(),
  })
  .describe('Who asked for the trial; changes no number.');

const epoch = z.object({
  epoch: z.int().min(1),
  trainLoss: z.number(),
  trainAccuracy: rate,
  validationLoss: z.number().exactOptional(),
  validationAccuracy: rate.exactOptional(),
  learningRate: z.number(),
  trainSeconds: seconds,
  validationSeconds: seconds,
});

const identity = z.object({
  id: z.string().min(1).describe("Experiment, seed and the key's start."),
  key: z
    .string()
    .regex(/^[0-9a-f]{64}$/, { error: 'must be a SHA-256 in hexadecimal' })
    .describe('SHA-256 of all that can change the numbers.'),
  settingKey: z.string().exactOptional().describe("The same without prep-lab's own code."),
  experiment: storedExperimentSchema.describe('With all defaults filled in.'),
  changes: z
    .array(z.object({ path: z.string(), value: z.unknown() }))
    .describe('What a sweep or --set changed.'),
  summary: z.object({ preprocessing: z.string(), model: z.string() }),
  writtenEpochs: z.number().positive().describe('The epochs that the experiment file asks for.'),
  seed: count,
  environment,
  provenance,
  dataSha256: z.record(z.string(), z.string()),
  startedAt: z.string().describe('ISO 8601, of the first start.'),
  durationSeconds: seconds.describe('Of all starts together.'),
  resumeCount: count.describe('How often the trial was continued.'),
  history: z.array(epoch),
});

const failed = identity.extend({
  status: z.literal('failed'),
  reason: z.string().describe('Why, in one sentence.'),
  hint: z.string().exactOptional(),
});

const doneObject = identity.extend({
  status: z.literal('done'),
  imageCounts: z.object({ train: count, validation: count, test: count }),
  parameterCount: count,
  test: z
    .object({
      accuracy: rate,
      loss: z.number(),
      epoch: count,
      weights: z.enum(['last', 'best']),
      average: z
        .enum(['lookahead', 'ema', 'swa'])
        .exactOptional()
        .describe("Set where they are a moving average of the training's weights."),
      right: z
        .string()
        .exactOptional()
        .describe('A bit an image, lowest first, 1 where the class was right; base64.'),
      withoutViews: z
        .object({ accuracy: rate, loss: z.number() })
        .exactOptional()
        .describe('On the images as they are, where training.testViews made the other numbers.'),
    })
    .describe('The final weights on the test images.'),
  best: z
    .object({ epoch: z.int().min(1), accuracy: rate, judgedOn: z.enum(['test', 'split']) })
    .exactOptional()
    .describe('The epoch with the highest validation accuracy.'),
  stoppedEarly: z.boolean(),
  trainSeconds: seconds,
  imagesPerSecond: z.number().min(0),
  fitted: z
    .array(z.record(z.string(), z.array(z.number())))
    .describe('What each stage learned from the training images.'),
  modelFitted: z
    .record(z.string(), z.array(z.number()))
    .exactOptional()
    .describe('What the model learned from the training images.'),
  diagnostics: diagnosticsSchema.exactOptional(),
});

/** Base64 of one bit an image. */
function lengthOfRight(imageCount: number): number {
  return 4 * Math.ceil(Math.ceil(imageCount / 8) / 3);
}

const done = doneObject.refine(
  ({ test: { right }, imageCounts }) =>
    right === undefined || right.length === lengthOfRight(imageCounts.test),
  { path: ['test', 'right'], error: 'must have a bit for each test image' },
);

/** One trial as `trial.json` and `results.json` hold it. Keys of later versions are passed over. */
export const trialResultSchema = z.discriminatedUnion('status', [done, failed]);

/** `results.json` of the present version. */
export const resultsSchema = z.object({
  format: z.literal('prep-lab results'),
  version: z.literal(2),
  trials: z.array(trialResultSchema),
  findings: z
    .array(
      z.object({
        arm: z.string(),
        rule: z.string(),
        text: z.string(),
        numbers: z.record(z.string(), z.number()),
      }),
    )
    .exactOptional()
    .describe('What fixed rules say of the numbers.'),
});

true satisfies Agrees<typeof storedExperimentSchema, Experiment>;
true satisfies Agrees<typeof trialResultSchema, TrialResult>;
true satisfies Agrees<typeof resultsSchema, Results>;
