import { basename, dirname, resolve } from 'node:path';
import { Command, Option } from 'commander';
import type { DeviceRequest } from '../engine/device.js';
import type { DoneTrial } from '../results/result.js';
import type { ExportReport } from '../runner/export-trial.js';
import type { KeptWeights } from '../runner/kept-weights.js';
import { exitCodes, UserError } from '../user-error.js';
import { printNote } from './print-note.js';
import {
  createDeviceOption,
  createJsonOption,
  createPluginOption,
  printJson,
  readCatalogue,
} from './shared-options.js';

/** Those of src/export/formats.ts, which loads more than a help text may. */
const formatNames = ['saved-model', 'tfjs', 'keras', 'torchvision'] as const;

const help = `
Only a trial that "run --keep-weights" trained can be exported. Images go in as bytes, as they were before the first
stage; what comes out are the probabilities of the classes. An export is checked on the test images: a SavedModel
and a graph model at once, Python code by the check.py beside it.

Examples:
  $ prep-lab export mine/mine-seed0-1a2b3c4d --to saved-model            for TensorFlow and TensorFlow Serving
  $ prep-lab export mine/mine-seed0-1a2b3c4d --to tfjs --out public/net  for a web page`;

interface ExportFlags {
  readonly to: string;
  readonly out?: string;
  readonly plugin: readonly string[];
  readonly data?: string;
  readonly device: DeviceRequest;
  readonly verbose?: boolean;
  readonly json?: boolean;
}

/** Returns the command that writes a trained network for other programs. */
export function createExportCommand(): Command {
  return new Command('export')
    .summary('write a trained network for other programs')
    .description(
      'Write the network of a trial with its preprocessing and class names for TensorFlow, TensorFlow.js, Keras or PyTorch, and check that it judges the test images as prep-lab does.',
    )
    .argument('<trial>', "a trial's folder in a results folder")
    .addOption(
      new Option('--to <format>', 'what to write (docs/export.md)')
        .choices(formatNames)
        .makeOptionMandatory(),
    )
    .option('--out <folder>', 'write here; must not exist (default: the trial and the format)')
    .addOption(createPluginOption())
    .option('--data <folder>', 'take the files of a published data set from this folder')
    .addOption(createDeviceOption())
    .option('--verbose', "let TensorFlow's own log through")
    .addOption(createJsonOption())
    .addHelpText('after', help)
    .action(runExport);
}

async function runExport(folder: string, flags: ExportFlags): Promise<void> {
  const { exportFormats } = await import('../export/formats.js');
  const { exportTrial, requireNewFolder } = await import('../runner/export-trial.js');
  const { createTerminalProgress } = await import('./terminal-progress.js');
  const { fetchDataset, readDataset } = await import('../datasets/open.js');
  const { startEngine } = await import('../engine/start.js');
  const { trial, weights } = await readTrained(folder);
  const format = exportFormats.find(({ name }) => name === flags.to);
  if (!format) throw new Error(`There is no format "${flags.to}".`);
  const out = flags.out ?? `${trial.id}-${format.name}`;
  await requireNewFolder(out);
  const catalogue = await readCatalogue(flags.plugin);
  const progress = createTerminalProgress(process.stderr);
  const { device, verbose = false } = flags;
  await startEngine({ device, progress, verbose });
  const report = await exportTrial(trial, weights, {
    format,
    folder: out,
    catalogue,
    note: printNote,
    readData: async (dataset) =>
      readDataset(dataset, await fetchDataset(dataset, { dataFolder: flags.data, progress })),
  });
  if (flags.json) printJson({ ...report, folder: out });
  else process.stdout.write(await renderReport(report, out));
}

async function readTrained(
  folder: string,
): Promise<{ readonly trial: DoneTrial; readonly weights: KeptWeights }> {
  const { readStored } = await import('../runner/store/stored-results.js');
  const { readKeptWeights } = await import('../runner/kept-weights.js');
  const path = resolve(folder);
  const stored = await readStored(dirname(path), basename(path));
  if (!stored) throw await noTrial(folder);
  const trial = stored.result;
  if (trial.status !== 'done') {
    throw new UserError(`The trial in "${folder}" failed: there is no network to export.`, {
      hint: 'train it with "prep-lab run ... --retry-failed --keep-weights".',
    });
  }
  const weights = await readKeptWeights(path, trial.key);
  if (weights) return { trial, weights };
  throw new UserError(`The trial in "${folder}" kept no weights.`, {
    hint: 'train it with "prep-lab run ... --keep-weights --force".',
  });
}

/** A results folder is a likely slip: its trials are named then. */
async function noTrial(folder: string): Promise<UserError> {
  const { readStoredResults } = await import('../runner/store/stored-results.js');
  const { results } = await readStoredResults(folder).catch(() => ({ results: [] }));
  const [first] = results;
  return new UserError(`"${folder}" must be a trial's folder, with a result in it.`, {
    hint: first
      ? `name one of its ${results.length}, such as ${JSON.stringify(`${folder.replace(/\/+$/, '')}/${first.result.id}`)}.`
      : 'name one in the folder that "prep-lab run --out" wrote.',
    exitCode: exitCodes.usage,
  });
}

async function renderReport(report: ExportReport, folder: string): Promise<string> {
  const { renderCount, renderPercent } = await import('../text/quantities.js');
  const { check, experiment, seed, testAccuracy, exportedAccuracy, format } = report;
  const accuracy = renderPercent(testAccuracy);
  const inFloat32 =
    exportedAccuracy === testAccuracy ? '' : `, ${renderPercent(exportedAccuracy)} in float32`;
  const lines = [
    `${experiment}, seed ${seed} (test accuracy ${accuracy}${inFloat32}) as ${format} in "${folder}".`,
    'command' in check
      ? `Check it on the test images: ${check.command} (in that folder).`
      : `Checked: ${renderCount(check.sameClass)} of ${renderCount(check.images)} test images get the class that prep-lab gives them; probabilities differ by at most ${check.largestDifference.toExponential(1)} (allowed: ${check.allowedDifference.toExponential(0)}).`,
  ];
  return `${lines.join('\n')}\n`;
}
