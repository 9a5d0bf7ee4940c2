import { dirname, join } from 'node:path';
import { type Command, Option } from 'commander';
import type { ExportOptions } from '../report/export/format.js';
import { exportFormats } from '../report/export/list.js';
import type { Results } from '../results/result.js';
import { UserError } from '../user-error.js';
import type { NamedFile } from './outputs.js';

/** What the export options leave in a command's flags: `exportCsv: 'out.csv'`. */
export interface ExportFlags {
  readonly tensorboard?: string;
  readonly [flag: string]: unknown;
}

/** The exports that a command was asked for. */
export interface Exports {
  /** Whether one of them is for stdout, which then holds nothing else. */
  readonly usesStdout: boolean;
  write(results: Results, options?: ExportOptions): Promise<void>;
}

/** Adds `--export-markdown` and the other formats, each with a file or "-", and `--tensorboard`. */
export function addExportOptions(command: Command): Command {
  for (const { name, description } of exportFormats) {
    const option = new Option(`--export-${name} <file>`, `${description}; "-" is stdout`);
    command.addOption(option.helpGroup('Exports:'));
  }
  const tensorboard = new Option('--tensorboard <folder>', 'event files for TensorBoard');
  return command.addOption(tensorboard.helpGroup('Exports:'));
}

/** Returns the files of the exports. */
export function listExportFiles(flags: ExportFlags): NamedFile[] {
  return wantedExports(flags).map(({ format, file }) => ({
    name: `--export-${format.name}`,
    path: file,
  }));
}

/** Returns the folders that exports go to. */
export function exportFolders({ tensorboard }: ExportFlags): string[] {
  return tensorboard === undefined ? [] : [tensorboard];
}

/** Returns the exports, whose files were checked before: see outputs.ts. */
export function createExports(flags: ExportFlags): Exports {
  const wanted = wantedExports(flags);
  return {
    usesStdout: wanted.some(({ file }) => file === '-'),
    async write(results, options = {}) {
      const { writeOutput } = await import('../storage/output-file.js');
      for (const { format, file } of wanted) {
        const render = await format.load();
        await writeOutput(file, render(results, options));
      }
      if (flags.tensorboard !== undefined) await writeEvents(results, flags.tensorboard);
    },
  };
}

/** @throws UserError if both --json and an export want stdout. */
export function requireOneOnStdout(
  { json }: { readonly json?: boolean },
  { usesStdout }: Exports,
): void {
  if (!json || !usesStdout) return;
  throw new UserError('--json and an export to "-" cannot both be on stdout.', {
    hint: 'give the export a file.',
  });
}

function wantedExports(flags: ExportFlags) {
  return exportFormats.flatMap((format) => {
    const file = flags[flagOf(format.name)];
    return typeof file === 'string' ? [{ format, file }] : [];
  });
}

/** Commander's name for `--export-csv`. */
function flagOf(name: string): string {
  return `export${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

async function writeEvents({ trials }: Results, folder: string): Promise<void> {
  const { writeOutput } = await import('../storage/output-file.js');
  const { makeFolder } = await import('../storage/make-folder.js');
  const { renderTrialEvents } = await import('../report/tensorboard/trial-events.js');
  for (const trial of trials) {
    const { path, bytes } = renderTrialEvents(trial);
    const file = join(folder, path);
    await makeFolder(dirname(file));
    await writeOutput(file, bytes);
  }
}
