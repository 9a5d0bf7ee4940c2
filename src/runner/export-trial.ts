import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Dataset } from '../datasets/dataset.js';
import type { DatasetOptions } from '../datasets/dataset-options.js';
import { factsOf } from '../datasets/facts.js';
import type { LabelledImages } from '../datasets/labelled-images.js';
import type { Catalogue } from '../experiment/catalogue.js';
import { compareAnswers, type ExportCheck } from '../export/compare-answers.js';
import type { ExportFormat, Files, JudgedImages } from '../export/format.js';
import { createTrainedNetwork, type TrainedNetwork } from '../export/trained-network.js';
import type { DoneTrial } from '../results/result.js';
import { temporaryPath } from '../storage/leftovers.js';
import { makeFolder } from '../storage/make-folder.js';
import { asWriteError } from '../storage/storage-error.js';
import { renderCountOf } from '../text/quantities.js';
import { exitCodes, UserError } from '../user-error.js';
import { readVersion } from '../version.js';
import { type KeptWeights, putWeights, requireSameAccuracy } from './kept-weights.js';
import { prepareTrial, selectTrialData } from './prepare-trial.js';

export interface ExportOptions {
  readonly format: ExportFormat;
  /** Must not exist. */
  readonly folder: string;
  readonly catalogue: Catalogue;
  readData(dataset: DatasetOptions): Promise<Dataset>;
  /** Is told what begins that may take minutes. */
  note(line: string): void;
}

/** What was exported; it lies beside the artefact as export.json. */
export interface ExportReport {
  readonly format: string;
  readonly prepLab: string;
  readonly trial: string;
  readonly key: string;
  readonly experiment: string;
  readonly seed: number;
  readonly input: { readonly dtype: 'uint8'; readonly shape: readonly (number | null)[] };
  readonly classNames: readonly string[];
  /** Of the trial, and of the export: it computes in float32 whatever the trial did. */
  readonly testAccuracy: number;
  readonly exportedAccuracy: number;
  readonly files: readonly string[];
  /** The test images through the export, or what the user runs for that. */
  readonly check: ExportCheck | { readonly command: string };
}

/**
 * Of a trial in bfloat16, whose weights are judged in float32 here: the record recipes' differences are below 0.1 points.
 * Wrong weights are far from it.
 */
const mostOtherShareOfBfloat16 = 0.01;

/**
 * Writes a trial's trained network for other programs, and checks it on the test images.
 * @throws UserError (usage) if the folder is there or the format cannot hold the network, (cannot resume) if the weights are
 * not the trial's, (comparison) if the export does not judge as prep-lab does: nothing is left of it then.
 */
export async function exportTrial(
  trial: DoneTrial,
  weights: KeptWeights,
  options: ExportOptions,
): Promise<ExportReport> {
  const { experiment, seed } = trial;
  const recipe = { ...experiment.training, precision: 'float32' as const };
  const data = selectTrialData(experiment, await options.readData(experiment.dataset));
  const inFloat32 = { experiment: { ...experiment, training: recipe }, seed };
  const setting = { catalogue: options.catalogue, measuresGradient: false };
  const prepared = prepareTrial(inFloat32, data, { ...setting, execution: 'graph' });
  const { learner } = prepared;
  try {
    putWeights(learner, weights);
    const { classNames } = factsOf(experiment.dataset);
    const network = createTrainedNetwork({ ...prepared, recipe, classNames });
    try {
      return await exportNetwork(network, { trial, test: data.test, ...options });
    } finally {
      network.dispose();
    }
  } finally {
    learner.dispose();
  }
}

interface ExportedTrial extends ExportOptions {
  readonly trial: DoneTrial;
  readonly test: LabelledImages;
}

async function exportNetwork(
  network: TrainedNetwork,
  { trial, test, format, folder, note }: ExportedTrial,
): Promise<ExportReport> {
  const { imageShape, classNames } = network;
  const { count, labels } = test;
  const images = test.images.slice();
  note(`Judging ${renderCountOf(count, 'test image')} by the trial's weights ...`);
  const sample = { count, images, labels, probabilities: network.judge(images, count) };
  const exportedAccuracy = measureAccuracy(sample);
  const isFloat32 = trial.experiment.training.precision === 'float32';
  requireSameAccuracy(trial, exportedAccuracy, isFloat32 ? undefined : mostOtherShareOfBfloat16);
  const files = format.write(network, sample);
  const unfinished = temporaryPath(folder);
  try {
    await writeFiles(unfinished, files);
    if (format.open) note('Judging them by the export ...');
    const check = await checkExport(format, { folder: unfinished, imageShape, sample });
    const report: ExportReport = {
      format: format.name,
      prepLab: readVersion(),
      trial: trial.id,
      key: trial.key,
      experiment: trial.experiment.name,
      seed: trial.seed,
      input: {
        dtype: 'uint8',
        shape: [null, imageShape.height, imageShape.width, imageShape.channels],
      },
      classNames,
      testAccuracy: trial.test.accuracy,
      exportedAccuracy,
      files: Object.keys(files),
      check,
    };
    await writeFiles(unfinished, { 'export.json': `${JSON.stringify(report, null, 2)}\n` });
    await requireNewFolder(folder);
    await rename(unfinished, folder);
    return report;
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

/** @throws UserError if there is something already. */
export async function requireNewFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (!found) return;
  throw new UserError(`"${folder}" is there already; an export overwrites nothing.`, {
    hint: 'name another folder with --out, or delete this one.',
  });
}

async function writeFiles(folder: string, files: Files): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    await makeFolder(dirname(path));
    try {
      await writeFile(path, content);
    } catch (error) {
      throw asWriteError(error, path);
    }
  }
}

function measureAccuracy({ count, labels, probabilities }: JudgedImages): number {
  const classCount = probabilities.length / count;
  let right = 0;
  for (let image = 0; image < count; image++) {
    const row = probabilities.subarray(image * classCount, (image + 1) * classCount);
    if (row.indexOf(Math.max(...row)) === labels[image]) right += 1;
  }
  return right / count;
}

async function checkExport(
  format: ExportFormat,
  {
    folder,
    imageShape,
    sample,
  }: Pick<TrainedNetwork, 'imageShape'> & { folder: string; sample: JudgedImages },
): Promise<ExportReport['check']> {
  if (!format.open) return { command: format.check ?? '' };
  const exported = await format.open(folder, imageShape);
  try {
    const check = compareAnswers(sample, exported.judge(sample.images, sample.count));
    if (check.passed) return check;
    throw new UserError(
      `The export must judge as prep-lab does: ${check.sameClass} of ${check.images} test images have the same class, and probabilities differ by up to ${check.largestDifference.toPrecision(2)}, more than ${check.allowedDifference}.`,
      {
        hint: 'nothing was written; --to another format may hold this network. Please report it with the experiment file.',
        exitCode: exitCodes.comparisonFailed,
      },
    );
  } finally {
    exported.dispose();
  }
}
