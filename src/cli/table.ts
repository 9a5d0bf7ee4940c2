import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import type { View } from '../report/view/view.js';
import { UserError } from '../user-error.js';
import {
  addExportOptions,
  createExports,
  type ExportFlags,
  exportFolders,
  listExportFiles,
  requireOneOnStdout,
} from './export-options.js';
import { requireOutputs, resultsAsInput } from './outputs.js';
import {
  createControlOption,
  createJsonOption,
  createNotesOption,
  printJson,
  tableStyle,
} from './shared-options.js';

/** Parses "test-accuracy", or "-test-accuracy" for the largest first. */
function parseSort(text: string): NonNullable<View['sort']> {
  const isDescending = text.startsWith('-');
  const key = isDescending ? text.slice(1) : text;
  if (key === '') throw new InvalidArgumentError('expected a column or a setting.');
  return { key, order: isDescending ? 'descending' : 'ascending' };
}

/** Parses a list of keys with commas. */
function parseKeys(text: string): readonly string[] {
  const keys = text.split(',').map((key) => key.trim());
  if (keys.includes('')) throw new InvalidArgumentError('expected names with commas between them.');
  return keys;
}

/** Parses a number of digits. */
function parsePrecision(text: string): number {
  if (!/^[0-6]$/.test(text)) throw new InvalidArgumentError('expected a number from 0 to 6.');
  return Number(text);
}

const help = `
A column is named as in the table, with a hyphen for a space if you like: test-accuracy. A setting is a path into an
experiment, such as training.batchSize; preprocessing, model, experiment and seed are keys too. --export-csv and
--export-json hold all results whatever is shown.

Examples:
  $ prep-lab table                                          what the last run found
  $ prep-lab table results/study --sort -test-accuracy      the best first
  $ prep-lab table results/study out --export-json all.json both as one
  $ prep-lab table --columns experiment,training.batchSize,test-accuracy
  $ prep-lab table --rows preprocessing --cols model        accuracies of one against the other
  $ prep-lab table --export-csv epochs.csv                  one line a trial and epoch`;

interface TableFlags extends ExportFlags {
  readonly sort?: View['sort'];
  readonly columns?: readonly string[];
  readonly rows?: string;
  readonly cols?: string;
  readonly control?: string;
  readonly reference?: string;
  readonly onlyChanged?: boolean;
  readonly notes?: boolean;
  readonly json?: boolean;
  readonly precision?: number;
}

/** Returns the command that shows stored results again. */
export function createTableCommand(): Command {
  const command = new Command('table')
    .summary('show stored results again')
    .description('Show stored results again, of several folders in one table. Trains nothing.')
    .addArgument(
      new Argument('[results...]', 'results folders or results.json files').default(
        ['results'],
        '"results"',
      ),
    )
    .addOption(
      new Option('--sort <key>', 'sort by it; "-key" begins with the largest').argParser(parseSort),
    )
    .addOption(new Option('--columns <key,...>', 'show these, in this order').argParser(parseKeys))
    .option('--only-changed', 'leave out what is the same in every row')
    .option('--rows <key>', 'with --cols: a row for each of its values')
    .option('--cols <key>', 'with --rows: a column for each of its values')
    .addOption(createControlOption())
    .addOption(new Option('--reference <experiment>', 'the same as --control').hideHelp())
    .addOption(createNotesOption())
    .addOption(
      new Option('--precision <digits>', 'digits after the point of accuracies').argParser(
        parsePrecision,
      ),
    );
  command.addOption(createJsonOption());
  return addExportOptions(command).addHelpText('after', help).action(runTable);
}

async function runTable(paths: readonly string[], flags: TableFlags): Promise<void> {
  const view = viewOf(flags);
  await requireOutputs({
    inputs: await Promise.all(paths.map((path) => resultsAsInput(path))),
    outputs: listExportFiles(flags),
    results: paths,
    folders: exportFolders(flags),
  });
  const { readMergedResults } = await import('../runner/merge-results.js');
  const results = await readMergedResults(paths);
  const { requireControl } = await import('../analysis/comparison/control.js');
  requireControl(results.trials, view.control);
  const exports = createExports(flags);
  requireOneOnStdout(flags, exports);
  const { renderTable } = await import('../report/table.js');
  const text = renderTable(results, { ...view, ...(await tableStyle(flags)) });
  await exports.write(results, view);
  if (flags.json) printJson(results);
  else if (!exports.usesStdout) process.stdout.write(text);
}

function viewOf(flags: TableFlags): View {
  const { sort, columns, rows, cols, onlyChanged, precision } = flags;
  const control = flags.control ?? flags.reference;
  if (flags.control !== undefined && flags.reference !== undefined) {
    throw new UserError('--control and --reference are the same.', { hint: 'give one of them.' });
  }
  if ((rows === undefined) !== (cols === undefined)) {
    throw new UserError('--rows and --cols belong together.', {
      hint: 'write for example --rows preprocessing --cols model.',
    });
  }
  return {
    ...(control !== undefined && { control }),
    ...(sort && { sort }),
    ...(columns && { shown: columns }),
    ...(onlyChanged && { onlyChanged }),
    ...(precision !== undefined && { precision }),
    ...(rows !== undefined && cols !== undefined && { pivot: { rows, cols } }),
  };
}
