import { Command } from 'commander';
import { readVersion } from '../version.js';
import { createCompareCommand } from './compare.js';
import { createCompleteCommand, createCompletionCommand } from './complete.js';
import { createCorruptTestCommand } from './corrupt-test.js';
import { createDataCommand } from './data.js';
import { createDoctorCommand } from './doctor.js';
import { renderExitCodes } from './exit-code-table.js';
import { createExplainCommand } from './explain.js';
import { createExportCommand } from './export.js';
import { createHelpCommand } from './help.js';
import { createInitCommand } from './init.js';
import { createListCommand } from './list.js';
import { createMergeCommand } from './merge.js';
import { createPlotCommand } from './plot.js';
import { createPreviewCommand } from './preview.js';
import { createReportCommand } from './report.js';
import { createRunCommand } from './run.js';
import { createSchemaCommand } from './schema.js';
import { createSetupCommand } from './setup.js';
import { createStatusCommand } from './status.js';
import { createTableCommand } from './table.js';
import { createValidateCommand } from './validate.js';
import { createWorkerCommand } from './worker.js';

const description = `A laboratory for image preprocessing.

An experiment is a JSON or YAML file: which images (CIFAR-10 by default), preprocessing stages, model, training recipe and seeds. prep-lab trains it and writes an accuracy table. TensorFlow and published images are fetched at first use.`;

const examples = `
Examples:
  $ prep-lab run experiments/*.json --quick      the table of all experiments, in half a minute
  $ prep-lab run experiments/minmax.json         one experiment as published
  $ prep-lab validate experiments/*.json         check files without training
  $ prep-lab init mine                           two experiments of your own to begin with
  $ prep-lab list random-flip                    what a stage does, and its options
  $ prep-lab help run                            the options of a command`;

/** Returns the whole command line. Parsing throws instead of ending the process. */
export function createProgram(): Command {
  const program = new Command('prep-lab')
    .description(description)
    .version(readVersion(), '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .addHelpText('after', `${examples}\n\n${renderExitCodes()}`)
    .configureOutput({ outputError: () => {} })
    .configureHelp({ showGlobalOptions: false })
    .exitOverride();
  for (const command of usedFirst()) add(program, command.helpGroup('Commands to begin with:'));
  for (const command of usedLater()) add(program, command.helpGroup('More commands:'));
  add(program, createCompleteCommand(), { hidden: true });
  return program;
}

function usedFirst(): Command[] {
  return [
    createRunCommand(),
    createExplainCommand(),
    createPreviewCommand(),
    createCompareCommand(),
    createInitCommand(),
  ];
}

function usedLater(): Command[] {
  return [
    createTableCommand(),
    createStatusCommand(),
    createReportCommand(),
    createPlotCommand(),
    createMergeCommand(),
    createWorkerCommand(),
    createCorruptTestCommand(),
    createExportCommand(),
    createValidateCommand(),
    createListCommand(),
    createSchemaCommand(),
    createSetupCommand(),
    createDataCommand(),
    createDoctorCommand(),
    createCompletionCommand(),
    createHelpCommand(),
  ];
}

function add(
  program: Command,
  command: Command,
  options: { readonly hidden?: boolean } = {},
): void {
  program.addCommand(command.copyInheritedSettings(program), options);
}
