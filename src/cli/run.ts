import { join } from 'node:path';
import { Command, Option } from 'commander';
import type { Results } from '../results/result.js';
import type { Conditions } from '../runner/plan/conditions.js';
import type { Trial } from '../runner/trial.js';
import { exitCodes, UserError } from '../user-error.js';
import { addCheckOptions, type CheckFlags, openCheck } from './check-options.js';
import { addComputeOptions, type ComputeFlags } from './compute-options.js';
import {
  addExportOptions,
  createExports,
  type ExportFlags,
  exportFolders,
  listExportFiles,
  requireOneOnStdout,
} from './export-options.js';
import {
  addLauncherOptions,
  type LauncherFlags,
  requireLauncher,
  requireLauncherOptions,
} from './launcher-options.js';
import { dataAsInputs, nameAll, requireOutputs, resultsAsInput } from './outputs.js';
import {
  addPlanOptions,
  type PlanFlags,
  type PlannedTrials,
  planFromFlags,
} from './plan-options.js';
import { printNote } from './print-note.js';
import { renderPrecisionWarning } from './print-warnings.js';
import {
  addReportOption,
  listReportFile,
  type RunReportFlags,
  writeRunReport,
} from './run-report.js';
import { addRunnerOptions, type RunnerFlags } from './runner-options.js';
import {
  createControlOption,
  createJsonOption,
  createNotesOption,
  createPluginOption,
  printJson,
  readCatalogue,
  tableStyle,
} from './shared-options.js';

const example = `
Examples:
  $ prep-lab run experiments/*.json --quick           all experiments on few images, in half a minute
  $ prep-lab run experiments/minmax.json              one experiment as published
  $ prep-lab run mine.json --limit 5000 --epochs 3    fewer images and epochs
  $ prep-lab run mine.json --seeds 3                  three trials of one experiment
  $ prep-lab run mine.json --set training.batchSize=32,64 --dry-run
                                                      what a sweep would train (docs/sweeps.md)

An interrupted run goes on where it was when the same command is given again.`;

interface RunFlags
  extends PlanFlags,
    ComputeFlags,
    RunnerFlags,
    LauncherFlags,
    ExportFlags,
    CheckFlags,
    RunReportFlags {
  readonly dryRun?: boolean;
  readonly json?: boolean;
  /** Of the dry run. */
  readonly format?: 'sbatch';
  readonly notes?: boolean;
  readonly optuna?: string;
  readonly plugin: readonly string[];
}

/** Returns the command that trains experiments and writes the accuracy table. */
export function createRunCommand(): Command {
  const command = new Command('run')
    .summary('train experiments and print the accuracy table')
    .description(
      'Train every experiment and print the accuracy table. TensorFlow and published images are fetched at first use. Results are stored after each trial and checkpoints after each epoch; what is done already is not trained again.',
    )
    .argument('<files...>', 'experiment files (JSON or YAML)');
  command.optionsGroup('Which trials:').addOption(createPluginOption());
  addPlanOptions(command);
  addDryRunOptions(command);
  addRunnerOptions(command);
  addLauncherOptions(command);
  addComputeOptions(command);
  command.optionsGroup('Results:').addOption(createControlOption()).addOption(createNotesOption());
  addReportOption(command);
  addCheckOptions(command);
  addExportOptions(command);
  command.addOption(
    new Option(
      '--optuna <file>',
      'searches as a journal of Optuna, written as they go on',
    ).helpGroup('Exports:'),
  );
  return command.addHelpText('after', example).action(runRun);
}

async function runRun(files: readonly string[], flags: RunFlags): Promise<void> {
  requireLauncherOptions(flags);
  if (!flags.dryRun) await requireRunOutputs(files, flags);
  const catalogue = await readCatalogue(flags.plugin);
  requireLauncher(flags, catalogue);
  const conditions = await readRunConditions(flags);
  const planned = await planFromFlags(files, flags, { catalogue, conditions });
  const { plan, trials } = planned;
  if (conditions.device === 'cpu') process.stderr.write(renderPrecisionWarning(trials));
  const { requireControl } = await import('../analysis/comparison/control.js');
  requireControl(plan, flags.control);
  const { requireWholeSearch } = await import('./search.js');
  requireWholeSearch(planned, flags);
  if (flags.dryRun) {
    const { printDryRun } = await import('./dry-run.js');
    return printDryRun(planned, flags, conditions);
  }

  // What a search tries is not what a run answers for.
  const asked = trials.filter(({ experiment }) => !experiment.search);
  const check = await openCheck(flags, asked);
  const exports = createExports(flags);
  requireOneOnStdout(flags, exports);
  const { trainPlan } = await import('./train-plan.js');
  const { results, left } = await trainPlan(trials, { flags, catalogue, conditions, whole: plan });
  if (flags.detach && left > 0) return;
  const { control } = flags;
  await exports.write(results, { ...(control !== undefined && { control }) });
  if (flags.json) printJson(results);
  else if (!exports.usesStdout) await printTable(results, flags);
  printNote(renderEnd(results, planned, flags.out));
  await writeRunReport(results, flags, catalogue);
  const own = withoutOthers(results, planned);
  const failed = own.trials.filter(({ status }) => status === 'failed').length;
  if (failed > 0) throw failedTrials(failed, { results: own, plan: asked });
  await check(own);
}

/** A command answers for the trials that it is for, though its table shows the folder's whole plan. */
function withoutOthers(results: Results, { plan, trials }: PlannedTrials): Results {
  const asked = new Set(trials);
  const others = new Set(plan.flatMap((trial) => (asked.has(trial) ? [] : trial.id)));
  const own = results.trials.filter(({ id }) => !others.has(id));
  return own.length === results.trials.length ? results : { ...results, trials: own };
}

function renderEnd(results: Results, { plan, trials }: PlannedTrials, folder: string): string {
  const missing = plan.length - results.trials.length;
  if (missing === 0 || trials.length === plan.length) return `Results are in "${folder}".`;
  return `Results are in "${folder}"; ${missing} of the plan's ${plan.length} trials have none there yet.`;
}

async function requireRunOutputs(files: readonly string[], flags: RunFlags): Promise<void> {
  const { plugin, data, baseline, out, optuna } = flags;
  await requireOutputs({
    inputs: [
      ...nameAll('the experiment', files),
      ...nameAll('the plug-in', plugin),
      ...(baseline === undefined ? [] : [await resultsAsInput(baseline, 'the baseline')]),
      ...(await dataAsInputs(data)),
      ...nameAll("the run's own", [join(out, 'results.json'), join(out, 'table.md')]),
    ],
    outputs: [
      ...listExportFiles(flags),
      ...listReportFile(flags),
      ...nameAll('--optuna', optuna === undefined ? [] : [optuna]),
    ],
    results: [out, ...(baseline === undefined ? [] : [baseline])],
    folders: [out, ...exportFolders(flags)],
  });
}

async function printTable(results: Results, flags: RunFlags): Promise<void> {
  const { renderTable } = await import('../report/table.js');
  const options = { control: flags.control, ...(await tableStyle(flags)) };
  process.stdout.write(renderTable(results, options));
}

/** A trial's share of the threads is part of what it is computed with, so it must be known before the plan. */
async function readRunConditions(flags: RunFlags): Promise<Conditions> {
  const { listGpus, requireGpu, resolveDevice } = await import('../engine/device.js');
  if (flags.device === 'gpu' && flags.launcher === 'local') await requireGpu();
  const device = await resolveDevice(flags.device);
  const gpuNames = device === 'gpu' ? await listGpus() : [];
  const { readConditions } = await import('../runner/plan/conditions.js');
  const { createSlots, shareThreads } = await import('../runner/slots.js');
  const isAuto = flags.jobs === 'auto';
  const jobs = isAuto ? 1 : flags.jobs;
  const { length } = createSlots({ device, jobs, gpuNames });
  // Not by measuring: another number is another key, and a run that goes on would begin anew.
  const share = isAuto && device === 'cpu' ? 1 : shareThreads(length);
  return readConditions({
    device,
    threads: flags.threads ?? (await readTaskThreads({ ...flags, jobs })) ?? share,
    execution: flags.eager ? 'eager' : 'graph',
  });
}

/** Returns a trial's share of the processors that Slurm is asked for; nothing where nothing is said of them. */
async function readTaskThreads({
  slurm,
  jobs,
}: Pick<RunFlags, 'slurm'> & { readonly jobs: number }): Promise<number | undefined> {
  const { parseSlurmOptions } = await import('../runner/launchers/slurm/slurm-options.js');
  const processors = Number(parseSlurmOptions(slurm).sbatch['cpus-per-task']);
  return processors >= 1 ? Math.max(1, Math.floor(processors / jobs)) : undefined;
}

function failedTrials(
  failed: number,
  { results, plan }: { readonly results: Results; readonly plan: readonly Trial[] },
): UserError {
  const left = plan.length - results.trials.length;
  const others = left > 0 ? `, and ${left} were not trained to their end` : '';
  return new UserError(`${failed} of ${plan.length} trials failed${others}.`, {
    hint: 'the table and results.json say why; "--retry-failed" trains them once more.',
    exitCode: exitCodes.trialFailed,
  });
}

function addDryRunOptions(command: Command): void {
  command
    .option('--dry-run', 'list the trials with what is known of each, and train nothing')
    .addOption(createJsonOption())
    .addOption(
      new Option('--format <format>', 'of --dry-run: the scripts for Slurm').choices(['sbatch']),
    );
}
