import { z } from 'zod';
import type { DeepReadonly } from '../deep-readonly.js';
import { experimentSchema } from '../experiment/experiment.js';
import { epochRecordSchema } from '../training/epoch-record.js';
import { trainingSchema } from '../training/recipe.js';
import { corruptionResultSchema } from './corruption-accuracy.js';
import { diagnosticsSchema } from './diagnostics.js';
import { toStoredForm } from './stored-form.js';

export type { Change } from '../experiment/sweep/key-path.js';

const rate = z.number().min(0).max(1);
const count = z.int().min(0);
const seconds = z.number().min(0);
/** Learned from the training images, by name. */
const fitted = z.record(z.string(), z.array(z.number()));

const environment = z
  .object({
    prepLab: z.string(),
    node: z.string(),
    tensorflow: z.string(),
    platform: z.string(),
    device: z.enum(['cpu', 'gpu']),
    deviceName: z.string().describe("The processor's or the GPU's name."),
    driver: z.string().exactOptional().describe("Version of NVIDIA's driver; left out on the CPU."),
    threads: count.describe('CPU threads for one op; another number changes the last digits.'),
    precision: z
      .enum(['float32', 'mixed-bfloat16', 'bfloat16'])
      .describe(
        "What the network computed in, as the trial's recipe says; bfloat16 is of a mode before version 0.1.0, in which oneDNN rounded factors.",
      ),
    execution: z.enum(['graph', 'eager']),
    kernels: z
      .enum(['own', 'composed'])
      .exactOptional()
      .describe(
        "Whether prep-lab's own kernels computed what they can, or TensorFlow's ops alone. Left out in results from before there were any: then as composed.",
      ),
  })
  .describe('What the numbers were made with.');

/** What a trial's numbers were made with. */
export type Environment = DeepReadonly<z.infer<typeof environment>>;

/** What trials of a run share: the precision is each one's own. */
export type Surroundings = Omit<Environment, 'precision'>;

const provenance = z
  .object({
    commandLine: z.array(z.string()).describe("The program's arguments, as the shell passed them."),
    git: z
      .object({
        commit: z.string(),
        isDirty: z
          .boolean()
          .describe('Whether files of the commit were changed; others beside them do not count.'),
      })
      .exactOptional()
      .describe("Of the working directory's repository; left out where there is none."),
  })
  .describe('Who asked for the trial, and from which state of their files; changes no number.');

export type Provenance = DeepReadonly<z.infer<typeof provenance>>;

/**
 * Experiments as results hold them. Stages and models are taken as they are: a plug-in's are not at hand for a reader.
 * Results from before there was another precision hold none.
 */
const storedExperiment = toStoredForm(
  experimentSchema.extend({
    name: z.string().min(1),
    training: z.preprocess(
      (value) => (value && typeof value === 'object' ? { precision: 'float32', ...value } : value),
      toStoredForm(trainingSchema),
    ),
  }),
);

export const chosenSchema = z
  .object({
    configurations: z.int().min(1).describe('How many the search had.'),
    place: z.int().min(1).describe('Among those that it trained to their end, the best first.'),
    score: rate.describe(
      "The validation accuracy for which it was chosen, with the search's seed: too good by the choice.",
    ),
  })
  .describe('Set where a search chose the configuration; the trial itself has a fresh seed.');

/** What a search says of a configuration that it chose. */
export type Chosen = DeepReadonly<z.infer<typeof chosenSchema>>;

export const trialIdentitySchema = z.object({
  id: z
    .string()
    .min(1)
    .describe("Experiment, seed and the start of the key: also the name of the trial's folder."),
  key: z
    .string()
    .regex(/^[0-9a-f]{64}$/, { error: 'must be a SHA-256 in hexadecimal' })
    .describe("SHA-256 of all that can change the trial's numbers."),
  settingKey: z
    .string()
    .exactOptional()
    .describe("The same without prep-lab's own code; left out before that was known."),
  experiment: storedExperiment.describe(
    'With all defaults filled in, and what the command line changed.',
  ),
  changes: z
    .array(z.object({ path: z.string(), value: z.unknown() }))
    .describe('What a sweep or --set changed, in its order; empty without.'),
  summary: z
    .object({ preprocessing: z.string(), model: z.string() })
    .describe('The pipeline and the model, shortened for tables.'),
  writtenEpochs: z
    .number()
    .positive()
    .describe(
      'The epochs that the experiment file asks for; experiment.training.epochs may be fewer, by the command line.',
    ),
  seed: count,
  chosen: chosenSchema.exactOptional(),
  environment,
  provenance,
  dataSha256: z.record(z.string(), z.string()).describe('SHA-256 of each data file.'),
  startedAt: z.string().describe('ISO 8601; of the first start, if the trial was continued.'),
  durationSeconds: seconds.describe('Of all starts together, without the pauses between them.'),
  resumeCount: count.describe('How often the trial was continued from a checkpoint.'),
});

/** What is known of a trial however it ends. */
export type TrialIdentity = DeepReadonly<z.infer<typeof trialIdentitySchema>>;

const history = z.array(epochRecordSchema);

const failed = trialIdentitySchema.extend({
  history,
  status: z.literal('failed'),
  reason: z.string().describe('Why, in one sentence.'),
  hint: z.string().exactOptional(),
});

export type FailedTrial = DeepReadonly<z.infer<typeof failed>>;

const testMeasurement = z
  .object({
    accuracy: rate,
    loss: z.number(),
    epoch: count.describe('The epoch that the weights are from, counted from 1.'),
    weights: z
      .enum(['last', 'best'])
      .describe("best: early stopping restored that epoch; last: the training's last epoch."),
    average: z
      .enum(['lookahead', 'ema', 'swa'])
      .exactOptional()
      .describe("Set where they are a moving average of the training's weights, by its name."),
    right: z
      .string()
      .exactOptional()
      .describe(
        'One bit an image, in the order of the test images, lowest bit of each byte first: 1 where the class was right. Base64. Left out in results of version 1.',
      ),
    withoutViews: z
      .object({ accuracy: rate, loss: z.number() })
      .exactOptional()
      .describe('On the images as they are, where training.testViews made the other numbers.'),
  })
  .describe('The final weights on the test images, by their views if the recipe has any.');

const best = z
  .object({
    epoch: z.int().min(1),
    accuracy: rate,
    judgedOn: z
      .enum(['test', 'split'])
      .describe('test: chosen on the test images themselves, so too good by the choice.'),
  })
  .describe('The epoch with the highest validation accuracy; left out without validation.');

const done = trialIdentitySchema
  .extend({
    history,
    status: z.literal('done'),
    imageCounts: z.object({
      train: count,
      validation: count.describe('0 where epochs were judged on the test images or not at all.'),
      test: count,
    }),
    parameterCount: count,
    test: testMeasurement,
    best: best.exactOptional(),
    stoppedEarly: z.boolean(),
    trainSeconds: seconds.describe('Of all training steps, without evaluation.'),
    imagesPerSecond: z.number().min(0).describe('That the training steps took.'),
    fitted: z
      .array(fitted)
      .describe(
        'What each stage learned from the training images, where it learns; per-pixel statistics are left out.',
      ),
    modelFitted: fitted
      .exactOptional()
      .describe(
        'What the model learned from the training images, where it learns; weights are left out.',
      ),
    drawsSha256: z
      .string()
      .exactOptional()
      .describe(
        'SHA-256 of all that the stages drew in the first epoch: trials that share it saw the same augmentation. Left out where nothing is drawn, and in results from before it was known.',
      ),
    corruptions: corruptionResultSchema.exactOptional(),
    diagnostics: diagnosticsSchema.exactOptional(),
  })
  .refine(
    ({ test: { right }, imageCounts }) =>
      right === undefined || right.length === lengthOfRight(imageCounts.test),
    { path: ['test', 'right'], error: 'must have a bit for each test image' },
  );

export type DoneTrial = DeepReadonly<z.infer<typeof done>>;

/** Base64 of one bit an image. */
function lengthOfRight(imageCount: number): number {
  return 4 * Math.ceil(Math.ceil(imageCount / 8) / 3);
}

/** One trial as `trial.json` and `results.json` hold it. Keys of later versions are passed over. */
export const trialResultSchema = z.discriminatedUnion('status', [done, failed]);

export type TrialResult = DoneTrial | FailedTrial;

const finding = z.object({
  arm: z.string().describe("The experiment's name, and what a sweep changed in it."),
  rule: z.string().describe("The rule's name in kebab-case."),
  text: z.string().describe('One or two sentences with the numbers that made the rule speak.'),
  numbers: z
    .record(z.string(), z.number())
    .describe("The same numbers, unrounded; means over the arm's seeds."),
});

/** One thing that the numbers of an arm say, by a fixed rule. */
export type Finding = DeepReadonly<z.infer<typeof finding>>;

/** What a rule says of something measured, with its numbers. */
export type Observation = Pick<Finding, 'text' | 'numbers'>;

/** `results.json` of the present version, which changes when a reader of the older form would misread it. */
export const resultsSchema = z.object({
  format: z.literal('prep-lab results'),
  version: z.literal(2),
  trials: z
    .array(trialResultSchema)
    .describe('In the order of the plan; those not yet ended are missing.'),
  findings: z
    .array(finding)
    .exactOptional()
    .describe('What fixed rules say of the numbers; left out before version 2.'),
});

/** What `results.json` holds. */
export type Results = DeepReadonly<z.infer<typeof resultsSchema>>;
