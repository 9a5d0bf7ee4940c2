import { Command } from 'commander';
import { dataAsInputs, nameAll, requireOutputs, resultsAsInput } from './outputs.js';
import { printNote } from './print-note.js';
import { createControlOption, createPluginOption, readCatalogue } from './shared-options.js';

const example = `
Examples:
  $ prep-lab report                                  results/ as report.html
  $ prep-lab report results/study -o study.html --control minmax
  $ prep-lab report --no-pictures -o - > report.html`;

interface ReportFlags {
  readonly out: string;
  readonly control?: string;
  readonly data?: string;
  readonly pictures: boolean;
  readonly plugin: readonly string[];
}

/** Returns the command that makes one HTML page of results. */
export function createReportCommand(): Command {
  return new Command('report')
    .summary('write results as one HTML page')
    .description(
      'Write stored results as one HTML page that needs no network: accuracy with intervals, findings, learning curves, pictures of each pipeline, confusion, misclassified images, calibration, provenance and all numbers. Nothing is trained or fetched.',
    )
    .argument('[results]', 'a results folder, or a results.json', 'results')
    .option('-o, --out <file>', 'the page; "-" is stdout', 'report.html')
    .addOption(createControlOption())
    .option('--data <folder>', 'take the files of a published data set from this folder')
    .option('--no-pictures', 'leave out the pictures, which take TensorFlow and the data')
    .addOption(createPluginOption())
    .addHelpText('after', example)
    .action(runReport);
}

async function runReport(path: string, flags: ReportFlags): Promise<void> {
  await requireOutputs({
    inputs: [
      await resultsAsInput(path),
      ...nameAll('the plug-in', flags.plugin),
      ...(await dataAsInputs(flags.data)),
    ],
    outputs: [{ name: '--out', path: flags.out }],
    results: [path],
  });
  const { readResults } = await import('../results/read-results.js');
  const { folderOf, writeReport } = await import('./write-report.js');
  const results = await readResults(path);
  const { requireControl } = await import('../analysis/comparison/control.js');
  requireControl(results.trials, flags.control);
  await writeReport(results, {
    file: flags.out,
    folder: folderOf(path),
    catalogue: await readCatalogue(flags.plugin),
    control: flags.control,
    dataFolder: flags.data,
    pictures: flags.pictures ? 'all' : 'none',
  });
  if (flags.out !== '-') printNote(`The report is in "${flags.out}".`);
}
