import { InvalidArgumentError, Option } from 'commander';
import type { Catalogue } from '../experiment/catalogue.js';

/** Returns the option that commands with an engine share. */
export function createDeviceOption(): Option {
  return new Option('--device <device>', 'where to compute; auto: on an NVIDIA GPU if there is one')
    .choices(['auto', 'cpu', 'gpu'])
    .default('auto');
}

/** Returns `--plugin <file>`, which may be given several times. */
export function createPluginOption(): Option {
  return new Option(
    '--plugin <file>',
    'add the stages, models and launchers of this ES module; repeatable',
  )
    .argParser((file: string, files: readonly string[]) => [...files, file])
    .default([], 'none');
}

/** Returns the shipped stages and models with those of the plug-ins. */
export async function readCatalogue(plugins: readonly string[]): Promise<Catalogue> {
  const { loadPlugins } = await import('../experiment/plugins/load-plugins.js');
  return loadPlugins(plugins);
}

/** Returns `--control <experiment>`, which commands that show differences share. */
export function createControlOption(): Option {
  const description =
    'show differences from this experiment; "@previous": of each from the one before it';
  return new Option('--control <experiment>', description);
}

/** Returns `--json`: stdout then holds one JSON document with all that the command found, and nothing else. */
export function createJsonOption(): Option {
  return new Option('--json', 'print the result as JSON, for programs');
}

/** Prints the one JSON document of `--json`. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Returns `--strict`: what is else only told fails, with the code of a comparison. */
export function createStrictOption(what: string): Option {
  return new Option('--strict', `end with exit code 3 also for ${what}`);
}

/** Returns `--notes`, which commands that print the table share. */
export function createNotesOption(): Option {
  return new Option('--notes', 'print all notes below the table, not only those that matter most');
}

/** Returns how the table looks on stdout. */
export async function tableStyle({ notes }: { readonly notes?: boolean }) {
  const { choosePaint } = await import('../text/paint.js');
  const { columns } = process.stdout;
  return {
    ...(columns && { columns }),
    ...(notes && { notes: 'all' as const }),
    paint: choosePaint(process.stdout),
  };
}

/** Parses an option's whole number from 1 on, for commander. */
export function parseCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || count > 1_000_000) {
    throw new InvalidArgumentError('expected a whole number from 1 on.');
  }
  return count;
}
