import { type Dirent, readdirSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import type { Complete, RootCommand } from '@bomb.sh/tab';
import { Argument, Command, type Option } from 'commander';

const shells = ['bash', 'zsh', 'fish'] as const;

const help = `
The script asks prep-lab at each Tab, so it need not be printed again for a new version. In bash it needs the package
bash-completion.

Examples:
  $ prep-lab completion bash > ~/.local/share/bash-completion/completions/prep-lab
  $ prep-lab completion zsh > ~/.zfunc/_prep-lab   (in ~/.zshrc: fpath+=~/.zfunc; autoload -U compinit; compinit)
  $ prep-lab completion fish > ~/.config/fish/completions/prep-lab.fish`;

/** Returns the command that prints the script by which a shell completes prep-lab's commands. */
export function createCompletionCommand(): Command {
  return new Command('completion')
    .summary('print the script for the Tab key of bash, zsh or fish')
    .description(
      'Print the script that lets a shell complete commands, options, stages and experiments.',
    )
    .addArgument(new Argument('<shell>', 'the shell that runs the script').choices(shells))
    .addHelpText('after', help)
    .action(async (shell: string) => {
      const { default: tab } = await import('@bomb.sh/tab');
      tab.setup('prep-lab', 'prep-lab', shell);
    });
}

/** Returns the command that the script calls: it prints what the last of some words may be, one a line. */
export function createCompleteCommand(): Command {
  return new Command('complete')
    .description('Print what the last of some words may be.')
    .argument('[words...]', 'after "--", as they stand on the command line')
    .addHelpText('after', '\nExample:\n  $ prep-lab complete -- run --dev')
    .action(async (words: string[], _flags: unknown, { parent }: Command) => {
      const { default: tab } = await import('@bomb.sh/tab');
      const known = { current: words.at(-1) ?? '', names: await listNames(words[0]) };
      for (const command of parent?.commands ?? []) describeCommand(tab, command, known);
      // Commander takes what follows "--"; the library takes out an empty last word, and expects it.
      tab.parse([...words]);
    });
}

interface Known {
  /** The word that is completed. */
  readonly current: string;
  /** Of what the command explains or draws. */
  readonly names: readonly string[];
}

/** Loaded for the two commands alone that take such names: else a Tab would take twice as long. */
async function listNames(command: string | undefined): Promise<string[]> {
  if (command === 'plot') {
    const { figures } = await import('../report/figures/list.js');
    return figures.map(({ name }) => name);
  }
  if (command !== 'list') return [];
  const { shippedCatalogue } = await import('../experiment/catalogue.js');
  const { stages, models } = shippedCatalogue();
  const parts = models.flatMap((model) => (model.parts ?? []).map(({ type }) => type));
  return [...stages.map(({ name }) => name), ...models.map(({ name }) => name), ...parts];
}

/** Tells the library of a command, its options and what may follow each. */
function describeCommand(tab: RootCommand, command: Command, known: Known): void {
  if (command.name() === 'complete') return;
  const described = tab.command(command.name(), command.summary());
  for (const option of command.createHelp().visibleOptions(command)) {
    const name = option.long?.slice(2) ?? '';
    const alias = option.short?.slice(1) ?? '';
    if (option.isBoolean()) described.option(name, option.description, alias);
    else described.option(name, option.description, offer(listValues(option, known)), alias);
  }
  for (const { variadic, argChoices, name } of command.registeredArguments.map(readArgument)) {
    described.argument(name, offer(argChoices ?? listArguments(name, known)), variadic);
  }
}

function readArgument(argument: Argument) {
  return { variadic: argument.variadic, argChoices: argument.argChoices, name: argument.name() };
}

function offer(values: readonly string[]): (complete: Complete) => void {
  return (complete) => {
    for (const value of values) complete(value, '');
  };
}

/** Returns what may stand for an argument, by its name in the help. */
function listArguments(name: string, { current, names }: Known): readonly string[] {
  if (name === 'names' || name === 'figure') return names;
  if (name === 'files') return listFiles(current, isExperiment);
  if (name === 'folder') return listFolders(current);
  return listFiles(current, ({ name }) => name === 'results.json').map((file) => dirname(file));
}

/** Returns what may follow an option: nothing for a number. */
function listValues({ argChoices, flags }: Option, { current }: Known): readonly string[] {
  if (argChoices) return argChoices;
  const [, placeholder = ''] = /[<[](.*?)[\].>]/.exec(flags) ?? [];
  if (placeholder === 'experiment' || /--control/.test(flags)) return listExperimentNames();
  if (placeholder === 'folder') return listFolders(current);
  return placeholder === 'file' ? listFiles(current, () => true) : [];
}

function listExperimentNames(): string[] {
  return listFiles('', isExperiment).map((file) => basename(file, extname(file)));
}

function isExperiment({ name }: Dirent): boolean {
  return /\.(jsonc?|ya?ml)$/.test(name) && !/^(package(-lock)?|tsconfig|results)\.json$/.test(name);
}

/** No shell shows more, and a Tab must not search a whole disk. */
const mostFiles = 200;

/** Returns the files in the folder of what is typed and in those below it, two levels deep; hidden ones are left out. */
function listFiles(current: string, isWanted: (entry: Dirent) => boolean, depth = 2): string[] {
  const folder = current.slice(0, current.lastIndexOf('/') + 1);
  const entries = readVisible(folder);
  const files = entries.filter((entry) => entry.isFile() && isWanted(entry));
  const folders = depth > 0 ? entries.filter((entry) => entry.isDirectory()) : [];
  return [
    ...files.map(({ name }) => `${folder}${name}`),
    ...folders.flatMap(({ name }) => listFiles(`${folder}${name}/`, isWanted, depth - 1)),
  ].slice(0, mostFiles);
}

function listFolders(current: string): string[] {
  const folder = current.slice(0, current.lastIndexOf('/') + 1);
  const folders = readVisible(folder).filter((entry) => entry.isDirectory());
  return folders.map(({ name }) => join(folder, name));
}

/** A folder that cannot be read has nothing to offer. */
function readVisible(folder: string): Dirent[] {
  try {
    const entries = readdirSync(folder === '' ? '.' : folder, { withFileTypes: true });
    return entries.filter(({ name }) => !name.startsWith('.') && name !== 'node_modules');
  } catch {
    return [];
  }
}
